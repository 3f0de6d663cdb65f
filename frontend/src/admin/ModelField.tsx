// Where a model lies: a field that looks at the folder as soon as one stops typing.
import { Alert, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";

import { lookQuery } from "@/api/setup";
import { describe } from "@/ui/ErrorNote";

import { ModelFacts } from "./ModelFacts";

const PAUSE_MS = 500;

type Props = {
  label: string;
  description: string;
  kind: "reference" | "judge";
  value: string;
  onChange: (value: string) => void;
  required?: boolean;
  /** What is known already, and not looked at again. */
  known?: string;
};

export function ModelField({ label, description, kind, value, onChange, required = false, known = "" }: Props) {
  const [settled] = useDebouncedValue(value.trim(), PAUSE_MS);
  const look = useQuery(lookQuery(settled === known ? "" : settled, kind));
  const isAbout = settled !== "" && settled === value.trim() && settled !== known;
  return (
    <div>
      <TextInput
        label={label}
        description={description}
        required={required}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {isAbout && look.error && (
        <Alert color="red" variant="light" mt="xs" role="alert" title="This cannot be used">
          {describe(look.error)}
        </Alert>
      )}
      {isAbout && look.data && (
        <Alert variant="light" mt="xs" role="status" title={look.data.is_folder ? "Found" : "A hub name"}>
          {look.data.is_folder ? (
            <ModelFacts facts={look.data} />
          ) : (
            "A worker downloads and checks it once the project is made."
          )}
        </Alert>
      )}
    </div>
  );
}
