// Chooses the events that a screen reader reads out. In a crowd of hundreds, these are all messages to the player, some of
// the other events, and a summary of the rest. Pure; times are in milliseconds.
import { Budget } from "./budget";

/** "concerns": a message that names the player; "close": a message of a piece beside the player. */
export type Event = "concerns" | "close" | "said" | "came" | "went";

const summaryEveryMs = 12_000;
const nothing: Readonly<Record<Event, number>> = { concerns: 0, close: 0, said: 0, came: 0, went: 0 };

/** Returns whether a text mentions a name: "hello, Ann!" mentions "Ann", "Annual" does not. In other scripts than Latin, the
 * letters beside the name do not matter: Korean particles follow a name without a space. */
export function mentions(text: string, name: string): boolean {
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

export class ReadingFilter {
  private readonly budgets: Readonly<Record<Event, Budget>> = {
    concerns: new Budget(3, 2000),
    close: new Budget(2, 3000),
    said: new Budget(2, 6000),
    came: new Budget(2, 4000),
    went: new Budget(1, 6000),
  };
  private unread: Record<Event, number> = { ...nothing };
  private summaryAt = 0;

  /** Returns whether the event is read out now. If not, the event counts for the next summary. */
  mayRead(what: Event, now: number): boolean {
    if (this.budgets[what].spend(now)) return true;
    // The first summary also covers a full interval.
    if (Object.values(this.unread).every((count) => count === 0)) this.summaryAt = Math.max(this.summaryAt, now + summaryEveryMs);
    this.unread[what] += 1;
    return false;
  }

  /** Returns the numbers of events that were not read out since the last summary. Returns undefined if it is not time for a
   * summary, or if there is nothing to report. */
  summary(now: number): { said: number; came: number; went: number } | undefined {
    if (now < this.summaryAt) return undefined;
    const { concerns, close, said, came, went } = this.unread;
    this.unread = { ...nothing };
    return concerns + close + said + came + went > 0 ? { said: concerns + close + said, came, went } : undefined;
  }
}
