// The zones of the main world over the heat map: lines at their borders, and the load of each zone in its corner. The texts are a
// list, so a screen reader reads them.
import { byId, setText } from "../common/page";
import type { Heat, Zones } from "./state";
import type { Texts } from "./texts";

export class ZoneOverlay {
  /** The cut that the elements stand for. */
  private cut = "";
  private loads: HTMLElement[] = [];

  constructor(private readonly texts: Texts) {}

  /** `zones`: null if the world is one zone. `heat`: the map under the zones. */
  show(zones: Zones | null, heat: Heat | null): void {
    const isCut = zones !== null && heat !== null;
    for (const id of ["zone-lines", "zones", "zones-note"]) byId(id).hidden = !isCut;
    if (!isCut) return;
    // A screen reader reads an element again when it is replaced.
    const cut = JSON.stringify([zones.x, zones.y]);
    if (cut !== this.cut) this.build(zones, heat);
    this.cut = cut;
    this.loads.forEach((load, zone) => setText(load, `${((zones.loads[zone] ?? 0) * 100).toFixed(0)} %`));
  }

  private build({ columns, rows, x, y }: Zones, heat: Heat): void {
    // The last squares may be wider than the rest of the map.
    const share = (tiles: number, squares: number) => `${(tiles / (squares * heat.squareTiles)) * 100}%`;
    const left = (column: number) => share(x[column] as number, heat.columns);
    const top = (row: number) => share(y[row] as number, heat.rows);
    const width = (column: number) => share((x[column + 1] as number) - (x[column] as number), heat.columns);
    const height = (row: number) => share((y[row + 1] as number) - (y[row] as number), heat.rows);
    const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
    const line = (className: string, place: { left: string } | { top: string }) => {
      const made = document.createElement("i");
      made.className = className;
      Object.assign(made.style, place);
      return made;
    };
    byId("zone-lines").replaceChildren(
      ...numbers(columns - 1).map((column) => line("upright", { left: left(column + 1) })),
      ...numbers(rows - 1).map((row) => line("level", { top: top(row + 1) })),
    );
    this.loads = [];
    byId("zones").replaceChildren(
      ...numbers(columns * rows).map((zone) => {
        const [column, row] = [zone % columns, Math.floor(zone / columns)];
        const item = document.createElement("li");
        Object.assign(item.style, { left: left(column), top: top(row), width: width(column), height: height(row) });
        const label = document.createElement("span");
        const name = document.createElement("small");
        const load = document.createElement("b");
        name.textContent = `${this.texts.zoneOf(zone)} `;
        label.append(name, load);
        item.append(label);
        this.loads.push(load);
        return item;
      }),
    );
  }
}
