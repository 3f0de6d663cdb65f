// A search field that asks once the typing pauses.
import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";

type Props = { label: string; hint: string; value: string | undefined; onSearch: (text: string | null) => void };

export function Search({ label, hint, value = "", onSearch }: Props) {
  const [typed, setTyped] = useState(value);
  const [asked, setAsked] = useState(value);
  const ask = useDebouncedCallback((text: string) => {
    setAsked(text);
    onSearch(text || null);
  }, 300);
  // What the address says counts, unless it is what was typed here: somebody pressed "Show all", or went back.
  if (value !== asked) {
    setAsked(value);
    setTyped(value);
  }
  return (
    <TextInput
      type="search"
      label={label}
      placeholder={hint}
      value={typed}
      maxLength={500}
      miw={220}
      style={{ flex: 1 }}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        ask(event.currentTarget.value.trim());
      }}
    />
  );
}
