// The rest of a form, behind a fold that stays open while a field in it is wrong.
import { Accordion } from "@mantine/core";
import { useRef, useState, type ReactNode } from "react";

export function MoreSettings({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<string | null>(null);
  const panel = useRef<HTMLDivElement>(null);
  const toggle = (next: string | null) => {
    const wrong = panel.current?.querySelector<HTMLInputElement>("input:invalid");
    if (wrong) wrong.reportValidity();
    else setOpened(next);
  };
  return (
    <Accordion variant="contained" keepMounted={false} value={opened} onChange={toggle}>
      <Accordion.Item value="more">
        <Accordion.Control>More settings</Accordion.Control>
        <Accordion.Panel>
          <div ref={panel}>{children}</div>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
