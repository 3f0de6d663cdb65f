// How far a piece of long work is, and how long it will still take.
import { Group, Progress, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

import { count, seconds as inSeconds } from "@/ui/numbers";

type Props = {
  label: string;
  done: number;
  total: number;
  unit: string;
  /** How long the work has gone on, where somebody knows; else it is measured from when this was first shown. */
  seconds?: number;
};

export function Work({ label, done, total, unit, seconds }: Props) {
  const left = useTimeLeft(label, done, total, seconds);
  const share = total > 0 ? Math.min(100, (100 * done) / total) : 0;
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm">{label}</Text>
        <Text size="sm" c="dimmed" className="tb-number">
          {total > 0 && `${count(done)} of ${count(total)} ${unit}`}
          {left !== null && `, about ${inSeconds(left)} left`}
        </Text>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section value={share} aria-label={label} />
      </Progress.Root>
    </div>
  );
}

/** The pace since this piece of work was first shown, drawn out to the end; null while too little is known. */
function useTimeLeft(work: string, done: number, total: number, known: number | undefined): number | null {
  const now = useRef({ done, total });
  const [left, setLeft] = useState<number | null>(null);
  useEffect(() => {
    now.current = { done, total };
  });
  useEffect(() => {
    const started = { at: performance.now(), done: now.current.done };
    const clock = setInterval(() => {
      const elapsed = (performance.now() - started.at) / 1000;
      setLeft(drawOut(now.current.done - started.done, now.current.total - now.current.done, elapsed));
    }, 1000);
    return () => clearInterval(clock);
  }, [work]);
  return known === undefined ? left : drawOut(done, total - done, known);
}

const drawOut = (gained: number, missing: number, elapsed: number) =>
  gained <= 0 || missing <= 0 || elapsed < 2 ? null : (missing * elapsed) / gained;
