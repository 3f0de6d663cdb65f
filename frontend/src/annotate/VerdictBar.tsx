// The verdicts as buttons with their keys, fixed at the bottom of the page.
import { Button, Kbd } from "@mantine/core";
import { useState } from "react";

import classes from "./AnnotatePage.module.css";
import { Hint } from "./Hint";
import type { Action } from "./keys";
import type { Judged, Verdict } from "./sitting";

type Props = { act: (action: Action) => void; enabled: boolean; last: Judged | null; hasComment: boolean };

export function VerdictBar({ act, enabled, last, hasComment }: Props) {
  const [much, setMuch] = useState(false);
  const judge = (action: Action) => {
    setMuch(false);
    act(action);
  };
  const strength = much ? 2 : 1;
  const word = much ? "much better" : "better";
  return (
    <section className={classes.bar} aria-label="Verdict">
      <div className={classes.verdicts}>
        <Choice
          name={`Answer 1 is ${word}`}
          short={`1 ${word}`}
          sign="←"
          disabled={!enabled}
          onClick={() => judge({ verdict: "preferred", winner: "left", strength })}
        />
        <Choice name="Tie" short="Tie" sign="↑" disabled={!enabled} onClick={() => judge({ verdict: "tie" })} />
        <Choice
          name="Both bad"
          short="Both bad"
          sign="↓"
          disabled={!enabled}
          onClick={() => judge({ verdict: "both_bad" })}
        />
        <Choice
          name={`Answer 2 is ${word}`}
          short={`2 ${word}`}
          sign="→"
          disabled={!enabled}
          onClick={() => judge({ verdict: "preferred", winner: "right", strength })}
        />
      </div>
      <div className={classes.extras}>
        <Hint label="Much better" keys="Shift" pressed={much} disabled={!enabled} onClick={() => setMuch(!much)} />
        <Hint label="Skip" keys="S" disabled={!enabled} onClick={() => act("skip")} />
        <Hint
          label={last ? `Undo “${wordOf(last.verdict)}”` : "Undo"}
          keys="U"
          disabled={!last}
          onClick={() => act("undo")}
        />
        <Hint label="Comment" keys="C" pressed={hasComment} disabled={!enabled} onClick={() => act("comment")} />
        <Hint label="All keys" keys="?" visibleFrom="sm" onClick={() => act("legend")} />
      </div>
    </section>
  );
}

type ChoiceProps = { name: string; short: string; sign: string; disabled: boolean; onClick: () => void };

function Choice({ name, short, sign, disabled, onClick }: ChoiceProps) {
  return (
    <Button variant="default" size="md" px={6} aria-label={name} disabled={disabled} onClick={onClick}>
      {short}
      <Kbd ml={8} visibleFrom="sm" aria-hidden>
        {sign}
      </Kbd>
    </Button>
  );
}

/** A verdict in a few words. */
export function wordOf({ verdict, winner, strength }: Verdict): string {
  switch (verdict) {
    case "preferred":
      return `${winner === "left" ? 1 : 2} ${strength === 2 ? "much better" : "better"}`;
    case "tie":
      return "tie";
    case "both_bad":
      return "both bad";
    case "skip":
      return "skip";
  }
}
