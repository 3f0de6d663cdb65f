// Opens an address in the real application.
import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";

import { App } from "@/App";
import { makeRouter } from "@/routes";

export function open(address: string, options: Parameters<typeof userEvent.setup>[0] = {}) {
  const router = makeRouter(createMemoryHistory({ initialEntries: [address] }));
  const { unmount } = render(<App router={router} />);
  return {
    unmount,
    user: userEvent.setup(options),
    where: () => router.state.location.pathname,
    address: () => router.state.location.href,
  };
}
