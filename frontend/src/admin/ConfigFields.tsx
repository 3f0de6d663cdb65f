// Fields of a stored configuration, described as data: numbers, choices and switches with a hint each.
import { Select, SimpleGrid, Switch } from "@mantine/core";

import { type Bounds, NumberField } from "./NumberField";

type Base<C> = { name: keyof C & string; label: string; hint?: string };

export type ConfigField<C> =
  | (Base<C> & Bounds & { kind: "number"; empty?: string })
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
        <NumberField
          {...shared}
          value={value as number | null}
          onChange={set}
          isWhole={field.isWhole}
          min={field.min}
          above={field.above}
          max={field.max}
          below={field.below}
          step={field.step ?? (field.isWhole ? 1 : undefined)}
          empty={field.empty}
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
