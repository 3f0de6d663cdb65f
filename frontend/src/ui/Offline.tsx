// In the place of what could not be asked for yet.
import { Alert } from "@mantine/core";

export function Offline() {
  return (
    <Alert color="yellow" variant="light" title="You are offline" role="status">
      This loads by itself when the network is back.
    </Alert>
  );
}
