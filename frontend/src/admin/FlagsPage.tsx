// Pairs that annotators flagged, as they saw them, until an admin resolves the flag.
import { Badge, Button, Group, Paper, SegmentedControl, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef } from "react";

import { flagsQuery, useResolveFlag } from "@/api/practice";
import type { Flag } from "@/api/types";
import { useFilters } from "@/ui/address";
import { ErrorNote } from "@/ui/ErrorNote";
import { MoreButton } from "@/ui/MoreButton";
import { time } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { ResultOf } from "@/ui/ResultOf";

import { PairBox } from "./PairBox";
import { useProject } from "./useProject";

const SHOWN = { open: true, resolved: false, all: null } as const;

type Filter = { show: keyof typeof SHOWN };

export function FlagsPage() {
  const project = useProject();
  const [{ show }, setFilter] = useFilters<Filter>((search) => ({
    show: search["show"] === "resolved" || search["show"] === "all" ? search["show"] : "open",
  }));
  const flags = useInfiniteQuery(flagsQuery(project.id, SHOWN[show]));
  const resolve = useResolveFlag(project.id);
  const list = useRef<HTMLDivElement>(null);
  const resolveOne = (flag: Flag) => {
    const rows = flags.data ?? [];
    const at = rows.indexOf(flag);
    const next = rows[at + 1] ?? rows[at - 1];
    resolve.mutate(flag.id, { onSuccess: () => moveFocus(list.current, flag.id, next?.id) });
  };
  return (
    <Page
      title="Flags"
      actions={
        <SegmentedControl
          aria-label="Which flags"
          data={["open", "resolved", "all"]}
          value={show}
          onChange={(value) => setFilter({ show: value })}
        />
      }
    >
      <ErrorNote error={resolve.error} />
      <ResultOf query={flags}>
        {(rows) => (
          <Stack ref={list} tabIndex={-1}>
            {rows.length === 0 && <Text c="dimmed">{nothing(show)}</Text>}
            {rows.map((flag) => (
              <FlagBox
                key={flag.id}
                flag={flag}
                projectId={project.id}
                isResolving={resolve.isPending && resolve.variables === flag.id}
                onResolve={() => resolveOne(flag)}
              />
            ))}
          </Stack>
        )}
      </ResultOf>
      <MoreButton {...flags} />
    </Page>
  );
}

/** The button that was pressed is gone: to the next flag, unless the focus has been moved on meanwhile. */
function moveFocus(list: HTMLElement | null, from: string, to: string | undefined): void {
  const boxOf = (id: string) => list?.querySelector<HTMLElement>(`[data-flag="${id}"]`);
  const { activeElement: active, body } = document;
  if (active === body || boxOf(from)?.contains(active)) ((to && boxOf(to)) || list)?.focus();
}

function nothing(show: Filter["show"]): string {
  if (show === "open") return "No flag waits. Annotators raise one with F when something is wrong with a pair.";
  return show === "resolved" ? "No flag was resolved yet." : "Nobody has flagged a pair yet.";
}

type Props = { flag: Flag; projectId: string; isResolving: boolean; onResolve: () => void };

function FlagBox({ flag, projectId, isResolving, onResolve }: Props) {
  const title = flag.reason ?? "No reason given";
  return (
    <Paper
      withBorder
      p="md"
      bg="var(--tb-surface)"
      component="article"
      aria-label={`Flag: ${title}`}
      data-flag={flag.id}
      tabIndex={-1}
    >
      <Group justify="space-between" align="start" mb="sm">
        <div>
          <Text fw={600}>{title}</Text>
          <Text size="sm" c="dimmed">
            {flag.author}, {time(flag.created_at)}
            {flag.round_number !== null && `, round ${flag.round_number}`}
          </Text>
        </div>
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="subtle"
            component={Link}
            to={`/projects/${projectId}/practice`}
            search={{ pair: flag.pair_id, left: flag.left_is } as never}
          >
            Use for practice
          </Button>
          {flag.state === "open" ? (
            <Button size="compact-sm" variant="default" loading={isResolving} onClick={onResolve}>
              Resolve
            </Button>
          ) : (
            <Badge variant="light" color="gray" tt="none">
              resolved {time(flag.resolved_at)}
              {flag.resolved_by !== null && ` by ${flag.resolved_by}`}
            </Badge>
          )}
        </Group>
      </Group>
      <PairBox prompt={flag.prompt} left={flag.left} right={flag.right} />
    </Paper>
  );
}
