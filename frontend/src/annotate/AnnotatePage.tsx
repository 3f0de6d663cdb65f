// The page that people label on: practice first, then one pair, one key, next pair. One tab of a person at a time.
import { Button, Loader, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { practiceQuery, progressQuery } from "@/api/annotate";
import { useUser } from "@/api/session";
import type { PracticeTask } from "@/api/types";
import { useParam } from "@/ui/address";

import { Labelling } from "./Labelling";
import { Middle } from "./Middle";
import { outboxOf } from "./outbox";
import { Practice } from "./Practice";
import { useOnlyTab } from "./useOnlyTab";

export function AnnotatePage() {
  const projectId = useParam("projectId");
  const user = useUser();
  return <Annotate key={`${projectId} ${user.id}`} projectId={projectId} userId={user.id} />;
}

type Props = { projectId: string; userId: string };

function Annotate({ projectId, userId }: Props) {
  const { data: name } = useQuery({ ...progressQuery(projectId), select: ({ project }) => project });
  useDocumentTitle(name === undefined ? "Annotate · Tiebreak" : `${name} · Annotate · Tiebreak`);
  const { isMine, takeOver, isOurs } = useOnlyTab(`${userId}.${projectId}`);
  const practice = useQuery(practiceQuery(projectId));
  const goOn = () => {
    outboxOf(userId).flush(); // knows what the other tab has labelled before the first pair is shown
    takeOver();
  };
  if (!isMine) return <Elsewhere onTakeOver={goOn} />;
  if (practice.isPending) {
    return <Middle>{practice.fetchStatus === "paused" ? <Offline /> : <Loader aria-label="Loading" />}</Middle>;
  }
  // Practice that cannot be loaded is asked for again where the service wants it first.
  return <PracticeThenLabels projectId={projectId} userId={userId} practice={practice.data ?? []} areOurs={isOurs} />;
}

type Loaded = Props & { practice: PracticeTask[]; areOurs: () => boolean };

function PracticeThenLabels({ projectId, userId, practice, areOurs }: Loaded) {
  const { refetch } = useQuery(practiceQuery(projectId));
  const [practising, setPractising] = useState<PracticeTask[]>(() => openOf(practice));
  if (practising.length > 0) {
    return <Practice projectId={projectId} tasks={practising} onLeave={() => setPractising([])} />;
  }
  return (
    <Labelling
      projectId={projectId}
      userId={userId}
      areOurs={areOurs}
      practice={practice.length}
      onPractise={() => setPractising(practice)}
      onNewPractice={async () => {
        const open = openOf((await refetch({ throwOnError: true })).data ?? []);
        setPractising(open);
        return open.length > 0;
      }}
    />
  );
}

const openOf = (practice: PracticeTask[]) => practice.filter(({ is_answered }) => !is_answered);

/** It is not known yet whether there is something to practise, which comes first. */
function Offline() {
  return (
    <>
      <Title order={1}>You are offline</Title>
      <Text>This page goes on by itself when the network is back. What you labelled is kept in this browser.</Text>
    </>
  );
}

function Elsewhere({ onTakeOver }: { onTakeOver: () => void }) {
  return (
    <Middle>
      <Title order={1}>You are labelling in another tab</Title>
      <Text>
        This project was opened in another tab of this browser, which goes on. What was labelled here is kept.
      </Text>
      <Button onClick={onTakeOver}>Go on in this tab</Button>
    </Middle>
  );
}
