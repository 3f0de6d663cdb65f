// A form over a stored configuration: the main fields at once, the rest behind a fold.
import { Button, Group, Stack } from "@mantine/core";
import { useEffect, type ReactNode } from "react";

import { type ConfigField, ConfigFields } from "./ConfigFields";
import { MoreSettings } from "./MoreSettings";
import { type Follow, useSharedForm } from "./useSharedForm";

type Props<C> = {
  initial: C;
  /** The fields that are seen at once, or what tells them from the values. */
  main: ConfigField<C>[] | ((config: C) => ConfigField<C>[]);
  more: ConfigField<C>[];
  submit: string;
  isPending: boolean;
  /** Given the whole, and what was changed of it; `onSaved` is told what is stored then. */
  onSubmit: (config: C, changes: Partial<C>, onSaved: (saved: C) => void) => void;
  /** What else changes with a change. */
  follow?: Follow<C>;
  /** Told whether there is anything to save. */
  onDirty?: (isDirty: boolean) => void;
  children?: ReactNode;
};

export function ConfigForm<C extends Record<string, unknown>>({
  initial,
  main,
  more,
  submit,
  isPending,
  onSubmit,
  follow,
  onDirty,
  children,
}: Props<C>) {
  const { form, edit, changes, isDirty, settle } = useSharedForm(initial, follow);
  const edited = { values: form.values, setValues: edit };
  useEffect(() => onDirty?.(isDirty), [isDirty, onDirty]);
  return (
    <form onSubmit={form.onSubmit((values) => onSubmit(values, changes, (saved) => settle(values, saved)))}>
      <Stack>
        <ConfigFields form={edited} fields={typeof main === "function" ? main(form.values) : main} />
        <MoreSettings>
          <ConfigFields form={edited} fields={more} />
        </MoreSettings>
        {children}
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
