// The columns of a table that show the attributes of a game. Which there are is known only with the rows.
import type { Attributes } from "./state";

export class AttributeColumns {
  private names: readonly string[] = [];

  /** `headings`: the row of the table's headings. The columns come before the heading `next`. */
  constructor(
    private readonly headings: HTMLElement,
    private readonly next: HTMLElement,
  ) {}

  /** Takes the attributes of all rows. Returns whether the columns have changed: then the cells of all rows must be made anew. */
  update(rows: readonly Attributes[]): boolean {
    const names = namesIn(rows);
    if (names.length === this.names.length && names.every((name, i) => name === this.names[i])) return false;
    this.names = names;
    for (const old of this.headings.querySelectorAll(".attribute")) old.remove();
    for (const name of names) {
      const heading = document.createElement("th");
      heading.className = "attribute";
      heading.textContent = name.replaceAll("_", " ");
      this.headings.insertBefore(heading, this.next);
    }
    return true;
  }

  get count(): number {
    return this.names.length;
  }

  /** Returns the texts of a row's cells. */
  textsOf(attributes: Attributes): string[] {
    return this.names.map((name) => attributes[name] ?? "");
  }
}

/** Returns the names in the order in which they appear. The name of a player has a column of its own. */
export function namesIn(rows: readonly Attributes[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  names.delete("name");
  return [...names];
}
