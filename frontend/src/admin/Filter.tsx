// One choice by which a list is narrowed; nothing chosen shows all.
import { Select } from "@mantine/core";

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
    <Select
      label={label}
      placeholder={all}
      data={options}
      value={value ?? null}
      onChange={onChange}
      clearable
      searchable={options.length > 8}
      clearButtonProps={{ "aria-label": `Any ${label.toLowerCase()}` }}
      w={{ base: "100%", xs: w }}
    />
  );
}
