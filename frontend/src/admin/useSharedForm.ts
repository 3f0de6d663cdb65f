// A form over settings that others may change too: what is sent, and when it counts as saved.
import { useForm } from "@mantine/form";
import { useState } from "react";

/** The values that a person's change brings with it. */
export type Follow<V> = (now: V, before: V) => Partial<V>;

export function useSharedForm<V extends Record<string, unknown>>(stored: V, follow?: Follow<V>) {
  // What the form began with, or saved last. The stored settings change under an open form when others save.
  const [start, setStart] = useState(stored);
  const form = useForm<V>({ initialValues: stored });
  const names: (keyof V)[] = Object.keys(start);
  const changes: Partial<V> = {};
  for (const name of names) if (form.values[name] !== start[name]) changes[name] = form.values[name];

  /** A person's change, and what it brings with it. */
  const edit = (change: (before: V) => V) => {
    const before = form.getValues();
    const now = change(before);
    form.setValues({ ...now, ...follow?.(now, before) });
  };
  /** Shows what is stored now, what others saved included; what was typed since it was sent stays, not saved yet. */
  const settle = (sent: V, saved: V) => {
    setStart(saved);
    form.setValues((now) => {
      const next = { ...now };
      for (const name of names) if (now[name] === sent[name]) next[name] = saved[name];
      return next;
    });
  };
  return { form, edit, changes, isDirty: Object.keys(changes).length > 0, settle };
}
