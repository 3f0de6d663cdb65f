// Says what went wrong, in the service's own words, with each reason.
import { Alert, List } from "@mantine/core";

import { ApiError } from "@/api/problem";

const SHOWN = 20;

export function ErrorNote({ error, title = "That did not work" }: { error: unknown; title?: string }) {
  if (!error) return null;
  // A reason that the sentence above gives already is not listed again.
  const reasons =
    error instanceof ApiError ? error.errors.filter(({ message }) => !error.message.includes(message)) : [];
  return (
    <Alert color="red" title={title} role="alert" variant="light">
      {describe(error)}
      {reasons.length > 0 && (
        <List size="sm" mt="xs">
          {reasons.slice(0, SHOWN).map((reason, index) => (
            <List.Item key={index}>
              {[where(reason), inPlainWords(reason.message)].filter(Boolean).join(": ")}
            </List.Item>
          ))}
          {reasons.length > SHOWN && <List.Item>and {reasons.length - SHOWN} more</List.Item>}
        </List>
      )}
    </Alert>
  );
}

export function describe(error: unknown): string {
  if (error instanceof ApiError) return inWords(error);
  if (error instanceof TypeError) return "The service could not be reached. Check the connection and try again.";
  return error instanceof Error ? error.message : String(error);
}

type Reason = ApiError["errors"][number];

/** The service's sentence, with the fields of a form named as people do. */
function inWords({ message, errors }: ApiError): string {
  return errors.reduce(
    (sentence, reason) =>
      sentence.replace(`${reason.field}: ${reason.message}`, () => `${where(reason)}: ${inPlainWords(reason.message)}`),
    message,
  );
}

function where({ line, field }: Reason): string {
  return line == null ? fieldName(field ?? "") : [`line ${line}`, field].filter(Boolean).join(", ");
}

/** `training.learning_rate` is "Learning rate" on every form. */
function fieldName(field: string): string {
  const words = (field.split(".").at(-1) ?? "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const inPlainWords = (message: string) => message.replace(/^Input should be/, "must be");
