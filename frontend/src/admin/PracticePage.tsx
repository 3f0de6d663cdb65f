// The practice set: pairs with an explained answer, which every annotator goes through before labelling.
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { pairQuery, practiceSetQuery, useOrderPractice, useRemovePractice } from "@/api/practice";
import type { Pair, PracticePair } from "@/api/types";
import { useFilters } from "@/ui/address";
import { ErrorNote } from "@/ui/ErrorNote";
import { many, percent } from "@/ui/numbers";
import { Page } from "@/ui/Page";
import { promptLine } from "@/ui/Prompt";
import { ResultOf } from "@/ui/ResultOf";

import { PracticeForm } from "./PracticeForm";
import { Question } from "./Question";
import { useProject } from "./useProject";
import { useUnsaved } from "./useUnsaved";

/** A pair that is taken over, and which of its completions stands on the left. */
type Filter = { pair: string | undefined; left: "a" | "b" };

export function PracticePage() {
  const project = useProject();
  const set = useQuery(practiceSetQuery(project.id));
  const [{ pair, left }, setFilter] = useFilters<Filter>((search) => ({
    pair: search["pair"],
    left: search["left"] === "b" ? "b" : "a",
  }));
  const [edited, setEdited] = useState<PracticePair | "new" | null>(null);
  const [isDirty, setDirty] = useState(false);
  const { question, unlessUnsaved } = useUnsaved(isDirty);
  const taken = useQuery({ ...pairQuery(pair ?? ""), enabled: pair !== undefined });
  const edit = (chosen: typeof edited) => {
    setEdited(chosen);
    setFilter({ pair: undefined, left: undefined });
  };
  const close = () => edit(null);
  const ends = { onDone: close, onCancel: () => unlessUnsaved(close), onDirty: setDirty };
  const draft = taken.data && draftOf(taken.data, left);
  return (
    <Page
      title="Practice"
      actions={<Button onClick={() => unlessUnsaved(() => edit("new"))}>Add a practice pair</Button>}
    >
      <Text>
        Everybody answers these pairs before their first label, in this order, and reads the explanation of each. A pair
        that is added later stops everybody who labels, after the pairs they have in hand, until they have answered it.
        They are never trained on, exported or counted.
      </Text>
      <ErrorNote error={taken.error} title="That pair could not be taken over" />
      {pair && draft && <PracticeForm key={pair} projectId={project.id} pair={null} draft={draft} {...ends} />}
      {edited !== null && (
        <PracticeForm
          key={edited === "new" ? "new" : edited.id}
          projectId={project.id}
          pair={edited === "new" ? null : edited}
          {...ends}
        />
      )}
      <ResultOf query={set}>
        {(pairs) => <PracticeList pairs={pairs} onEdit={(chosen) => unlessUnsaved(() => edit(chosen))} />}
      </ResultOf>
      {question}
    </Page>
  );
}

/** On the sides where whoever flagged it saw them. */
function draftOf({ id, prompt, completion_a: a, completion_b: b }: Pair, left: Filter["left"]) {
  const [first, second] = left === "a" ? [a, b] : [b, a];
  return { pair_id: id, prompt: prompt.content, left: first.text, right: second.text };
}

function PracticeList({ pairs, onEdit }: { pairs: PracticePair[]; onEdit: (pair: PracticePair) => void }) {
  const project = useProject();
  const order = useOrderPractice(project.id);
  const remove = useRemovePractice(project.id);
  const [doomed, setDoomed] = useState<PracticePair | null>(null);
  const move = (from: number, to: number) => {
    const ids = pairs.map(({ id }) => id);
    ids.splice(to, 0, ...ids.splice(from, 1));
    order.mutate(ids);
  };
  if (pairs.length === 0) {
    return (
      <Text c="dimmed">No practice pairs yet: annotators start to label at once. Five to ten are a good set.</Text>
    );
  }
  return (
    <>
      <ErrorNote error={order.error ?? remove.error} />
      <Stack component="ol" p={0} m={0} style={{ listStyle: "none" }}>
        {pairs.map((pair, index) => (
          <Paper key={pair.id} withBorder p="md" bg="var(--tb-surface)" component="li">
            <Group justify="space-between" align="start" wrap="nowrap">
              <div style={{ minWidth: 0 }}>
                <Text fw={600} lineClamp={2} style={{ overflowWrap: "anywhere" }}>
                  {index + 1}. {promptLine(pair.prompt)}
                </Text>
                <Text size="sm">Right: {wordOf(pair)}</Text>
                <Text size="sm" c="dimmed" lineClamp={2}>
                  {pair.explanation}
                </Text>
              </div>
              <Text size="sm" c="dimmed" className="tb-number" style={{ whiteSpace: "nowrap" }}>
                {pair.answers === 0
                  ? "not answered yet"
                  : `${many(pair.answers, "answer")}, ${percent(pair.right_answers / pair.answers, 0)} right`}
              </Text>
            </Group>
            <Group gap="xs" mt="xs">
              <Small name="Edit" of={index} onClick={() => onEdit(pair)} />
              <Small name="Up" of={index} disabled={index === 0} onClick={() => move(index, index - 1)} />
              <Small
                name="Down"
                of={index}
                disabled={index + 1 === pairs.length}
                onClick={() => move(index, index + 1)}
              />
              <Small name="Remove" of={index} onClick={() => setDoomed(pair)} />
            </Group>
          </Paper>
        ))}
      </Stack>
      {doomed && (
        <Removal
          pair={doomed}
          onClose={() => setDoomed(null)}
          onRemove={() => {
            remove.mutate(doomed.id);
            setDoomed(null);
          }}
        />
      )}
    </>
  );
}

function Removal({ pair, onRemove, onClose }: { pair: PracticePair; onRemove: () => void; onClose: () => void }) {
  return (
    <Question
      title="Remove this practice pair?"
      act="Remove"
      keep="Keep it"
      color="red.9"
      onAct={onRemove}
      onClose={onClose}
    >
      <Text size="sm" lineClamp={3} style={{ overflowWrap: "anywhere" }}>
        {promptLine(pair.prompt)}
      </Text>
      <Text size="sm">
        {pair.answers === 0
          ? "It is gone for good."
          : "It is gone for good, and with it what people have answered to it."}
      </Text>
    </Question>
  );
}

type SmallProps = { name: string; of: number; disabled?: boolean; onClick: () => void };

function Small({ name, of, disabled = false, onClick }: SmallProps) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={disabled}
      aria-label={`${name} practice pair ${of + 1}`}
      onClick={onClick}
    >
      {name}
    </Button>
  );
}

function wordOf({ verdict, winner }: Pick<PracticePair, "verdict" | "winner">): string {
  if (verdict === "preferred") return winner === "left" ? "answer 1 is better" : "answer 2 is better";
  return verdict === "tie" ? "tie" : "both bad";
}
