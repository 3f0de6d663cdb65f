// Opens an address in the real application.
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter } from "react-router";

import { App } from "@/App";
import { routes } from "@/routes";

export function open(address: string) {
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  render(<App router={router} />);
  return { user: userEvent.setup(), where: () => router.state.location.pathname };
}
