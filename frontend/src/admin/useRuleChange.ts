// What a change of the rule does to the settings that belong to it.
import { useRef } from "react";

import type { RoundConfig, RuleDefaults } from "@/api/types";

const OWN = ["over_generation", "samples_per_prompt"] as const;

/** Those that were the former rule's become the new one's; what was chosen stays, also where a rule has the same. */
export function useRuleChange(rules: RuleDefaults) {
  const chosen = useRef(new Set<(typeof OWN)[number]>());
  return (now: RoundConfig, before: RoundConfig): Partial<RoundConfig> => {
    const isOwn = (name: (typeof OWN)[number], { rule, [name]: value }: RoundConfig) => value === rules[rule]?.[name];
    for (const name of OWN) {
      if (!isOwn(name, before)) chosen.current.add(name);
      if (now[name] === before[name]) continue;
      if (isOwn(name, now)) chosen.current.delete(name);
      else chosen.current.add(name);
    }
    if (now.rule === before.rule) return {};
    const own: Partial<RoundConfig> = {};
    for (const name of OWN) if (!chosen.current.has(name)) own[name] = rules[now.rule]?.[name] ?? now[name];
    return own;
  };
}
