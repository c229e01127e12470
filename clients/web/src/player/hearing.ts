// What a reader of screens hears by itself. Among hundreds of bots it hears what concerns the player, some of the rest,
// and how much more there was. Pure; milliseconds.
import { Budget } from "./budget";

/** "concerns": it names the player; "close": spoken beside the player. */
export type Heard = "concerns" | "close" | "said" | "came" | "went";

const summaryEveryMs = 12_000;
const nothing: Readonly<Record<Heard, number>> = { concerns: 0, close: 0, said: 0, came: 0, went: 0 };

/** Whether words name one: "Ann" is in "hello, Ann!", and not in "Annual". Letters of other scripts join without blanks. */
export function names(text: string, name: string): boolean {
  const at = (from: number): boolean => {
    const found = text.toLowerCase().indexOf(name.toLowerCase(), from);
    if (found < 0) return false;
    const isWordOf = (char: string | undefined) => char !== undefined && /[a-z0-9]/i.test(char);
    const begins = !isWordOf(text[found - 1]) || !isWordOf(name[0]);
    const ends = !isWordOf(text[found + name.length]) || !isWordOf(name[name.length - 1]);
    return (begins && ends) || at(found + 1);
  };
  return name !== "" && at(0);
}

export class Hearing {
  private readonly budgets: Readonly<Record<Heard, Budget>> = {
    concerns: new Budget(3, 2000),
    close: new Budget(2, 3000),
    said: new Budget(2, 6000),
    came: new Budget(2, 4000),
    went: new Budget(1, 6000),
  };
  private unheard: Record<Heard, number> = { ...nothing };
  private summaryAt = 0;

  /** Whether it is to be read out now; else it counts for the summary. */
  hear(what: Heard, now: number): boolean {
    if (this.budgets[what].take(now)) return true;
    // The first summary, too, gathers for a while.
    if (Object.values(this.unheard).every((count) => count === 0)) this.summaryAt = Math.max(this.summaryAt, now + summaryEveryMs);
    this.unheard[what] += 1;
    return false;
  }

  /** How much was not read out since the last summary, if it is time for one and there is anything. */
  summary(now: number): { said: number; came: number; went: number } | undefined {
    if (now < this.summaryAt) return undefined;
    const { concerns, close, said, came, went } = this.unheard;
    this.unheard = { ...nothing };
    return concerns + close + said + came + went > 0 ? { said: concerns + close + said, came, went } : undefined;
  }
}
