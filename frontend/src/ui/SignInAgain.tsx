// The session ended while somebody was at work: signs in again over the page, which stays as it is underneath.
import { Button, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { sessionQuery, useLogin } from "@/api/session";
import type { User } from "@/api/types";

import { PasswordForm } from "./PasswordForm";

export function SignInAgain({ user }: { user: User }) {
  const login = useLogin();
  const { refetch, isFetching } = useQuery(sessionQuery);
  useEffect(() => {
    // A sign-in link is opened in another tab; this one looks when its user comes back to it.
    const look = () => {
      if (!document.hidden) void refetch();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [refetch]);
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Please sign in again"
      transitionProps={{ duration: 0 }}
    >
      <Stack>
        <Text size="sm">
          Your session has ended. Nothing is lost: this page goes on where it is, and sends what waits.
        </Text>
        <PasswordForm login={login} name={user.username} />
        <Button variant="subtle" size="compact-sm" loading={isFetching} onClick={() => void refetch()}>
          I have signed in in another tab
        </Button>
      </Stack>
    </Modal>
  );
}
