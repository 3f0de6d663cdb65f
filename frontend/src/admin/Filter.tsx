// One choice by which a list is narrowed; nothing chosen shows all. The browser's own list, which phones do well.
import { NativeSelect } from "@mantine/core";

type Props = {
  label: string;
  all: string;
  options: { value: string; label: string }[];
  value: string | undefined;
  onChange: (value: string | null) => void;
  w?: number;
};

export function Filter({ label, all, options, value, onChange, w = 150 }: Props) {
  return (
    <NativeSelect
      label={label}
      data={[{ value: "", label: all }, ...options]}
      value={value ?? ""}
      onChange={(event) => onChange(event.currentTarget.value || null)}
      w={{ base: "100%", xs: w }}
    />
  );
}
