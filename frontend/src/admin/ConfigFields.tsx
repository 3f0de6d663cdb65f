// Fields of a stored configuration, described as data: numbers, choices and switches with a hint each.
import { NumberInput, Select, SimpleGrid, Switch } from "@mantine/core";

type Base<C> = { name: keyof C & string; label: string; hint?: string };

export type ConfigField<C> =
  | (Base<C> & { kind: "number"; min?: number; max?: number; step?: number; empty?: string })
  | (Base<C> & { kind: "choice"; options: { value: string; label: string }[] })
  | (Base<C> & { kind: "switch" });

type Form<C> = { values: C; setValues: (change: (before: C) => C) => void };
type Props<C> = { form: Form<C>; fields: ConfigField<C>[] };

export function ConfigFields<C extends Record<string, unknown>>({ form, fields }: Props<C>) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} verticalSpacing="md">
      {fields.map((field) => (
        <One key={field.name} form={form} field={field} />
      ))}
    </SimpleGrid>
  );
}

function One<C extends Record<string, unknown>>({ form, field }: { form: Form<C>; field: ConfigField<C> }) {
  const value = form.values[field.name];
  const set = (next: unknown) => form.setValues((values) => ({ ...values, [field.name]: next }));
  const shared = { label: field.label, description: field.hint };
  switch (field.kind) {
    case "number":
      return (
        <NumberInput
          {...shared}
          value={value === null ? "" : (value as number)}
          required={field.empty === undefined}
          placeholder={field.empty}
          min={field.min}
          max={field.max}
          step={field.step ?? 1}
          stepHoldDelay={400}
          stepHoldInterval={80}
          onChange={(next) => set(next === "" ? null : next)}
        />
      );
    case "choice":
      return (
        <Select
          {...shared}
          allowDeselect={false}
          data={field.options}
          value={value as string}
          onChange={(next) => set(next)}
        />
      );
    case "switch":
      return (
        <Switch {...shared} checked={value as boolean} onChange={(event) => set(event.currentTarget.checked)} mt="lg" />
      );
  }
}
