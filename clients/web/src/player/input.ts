// Keys, mouse and touch, translated into actions of the player. Keys are recognized by their position on the keyboard, so
// W A S D work with every keyboard language.
import { Direction } from "../protocol";

const directionOf: Readonly<Record<string, Direction>> = {
  ArrowUp: Direction.up,
  KeyW: Direction.up,
  ArrowDown: Direction.down,
  KeyS: Direction.down,
  ArrowLeft: Direction.left,
  KeyA: Direction.left,
  ArrowRight: Direction.right,
  KeyD: Direction.right,
};

export interface Actions {
  hold(direction: Direction): void;
  release(direction: Direction): void;
  releaseAll(): void;
  goTo(x: number, y: number): void;
  /** The mouse or a finger points there. In pixels of the board. */
  point(x: number, y: number): void;
  zoom(factor: number): void;
  talk(): void;
  readPlayersNearby(): void;
  readSurroundings(): void;
  /** Starts or ends the reading out of steps and arrivals. */
  toggleSteps(): void;
}

function isControlFocused(): boolean {
  const focused = document.activeElement;
  return focused instanceof HTMLInputElement || focused instanceof HTMLButtonElement;
}

/** Listens to all input. `board`: the element that the player points at. `pad`: its buttons have a data-direction each. */
export function listen(board: HTMLElement, pad: HTMLElement, actions: Actions): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById("game")?.hidden) return;
    if (document.querySelector("dialog[open]")) return;
    const direction = directionOf[event.code];
    // A focused text field gets all keys, a focused button all keys but those that walk.
    if (isControlFocused() && !(document.activeElement instanceof HTMLButtonElement && direction !== undefined)) return;
    if (direction !== undefined) {
      event.preventDefault();
      if (!event.repeat) actions.hold(direction);
    } else if (event.key === "Enter") {
      event.preventDefault();
      actions.talk();
    } else if (event.code === "KeyL") {
      actions.readPlayersNearby();
    } else if (event.code === "KeyE") {
      actions.readSurroundings();
    } else if (event.code === "KeyH") {
      if (!event.repeat) actions.toggleSteps();
    } else if (event.key === "+" || event.key === "=") {
      actions.zoom(1.2);
    } else if (event.key === "-") {
      actions.zoom(1 / 1.2);
    }
  });
  document.addEventListener("keyup", (event) => {
    const direction = directionOf[event.code];
    if (direction !== undefined) actions.release(direction);
  });
  window.addEventListener("blur", () => actions.releaseAll());

  board.addEventListener("wheel", (event) => {
    event.preventDefault();
    actions.zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
  }, { passive: false });

  // Two fingers zoom. A finger that goes down and up sends the player to that tile.
  const fingers = new Map<number, { x: number; y: number }>();
  let isPinching = false;
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };
  board.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    isPinching = fingers.size > 1;
    actions.point(event.offsetX, event.offsetY);
    board.focus({ preventScroll: true });
  });
  board.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") actions.point(event.offsetX, event.offsetY);
    if (!fingers.has(event.pointerId)) return;
    const before = spread();
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (before > 0) actions.zoom(spread() / before);
  });
  board.addEventListener("pointerup", (event) => {
    fingers.delete(event.pointerId);
    if (!isPinching) actions.goTo(event.offsetX, event.offsetY);
    if (fingers.size === 0) isPinching = false;
  });
  board.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));

  for (const button of pad.querySelectorAll("button")) {
    const direction = Number(button.dataset["direction"]) as Direction;
    button.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      actions.hold(direction);
    });
    for (const end of ["pointerup", "pointerleave", "pointercancel"])
      button.addEventListener(end, () => actions.release(direction));
    // Enter, Space and screen readers click without a pointer: this makes one step.
    button.addEventListener("click", (event) => {
      if ((event as PointerEvent).pointerType) return;
      actions.hold(direction);
      actions.release(direction);
    });
  }
}
