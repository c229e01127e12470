// Keys, mouse and fingers, turned into what one wants to do. Keys count by where they are, so that W A S D walk whatever
// language the keyboard writes.
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

export interface Wishes {
  hold(direction: Direction): void;
  release(direction: Direction): void;
  releaseAll(): void;
  goTo(x: number, y: number): void;
  /** the mouse or a finger is there: points are in the board's pixels */
  point(x: number, y: number): void;
  zoom(factor: number): void;
  talk(): void;
  /** to be told who is near */
  whoIsNear(): void;
  /** to be told what is around */
  lookAround(): void;
  /** to be told of steps and arrivals, or not any more */
  hearSteps(): void;
}

function isWriting(): boolean {
  const focused = document.activeElement;
  return focused instanceof HTMLInputElement || focused instanceof HTMLButtonElement;
}

/** `board`: what is pointed at; points are in its pixels. `pad`: buttons with a data-direction each. */
export function listen(board: HTMLElement, pad: HTMLElement, wishes: Wishes): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById("game")?.hidden) return;
    if (document.querySelector("dialog[open]")) return;
    const direction = directionOf[event.code];
    if (isWriting()) {
      if (!(document.activeElement instanceof HTMLButtonElement) || direction === undefined) return;
    }
    if (direction !== undefined) {
      event.preventDefault();
      if (!event.repeat) wishes.hold(direction);
    } else if (event.key === "Enter") {
      event.preventDefault();
      wishes.talk();
    } else if (event.code === "KeyL") {
      wishes.whoIsNear();
    } else if (event.code === "KeyE") {
      wishes.lookAround();
    } else if (event.code === "KeyH") {
      if (!event.repeat) wishes.hearSteps();
    } else if (event.key === "+" || event.key === "=") {
      wishes.zoom(1.2);
    } else if (event.key === "-") {
      wishes.zoom(1 / 1.2);
    }
  });
  document.addEventListener("keyup", (event) => {
    const direction = directionOf[event.code];
    if (direction !== undefined) wishes.release(direction);
  });
  window.addEventListener("blur", () => wishes.releaseAll());

  board.addEventListener("wheel", (event) => {
    event.preventDefault();
    wishes.zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
  }, { passive: false });

  // Two fingers zoom; one that goes down and up goes there.
  const fingers = new Map<number, { x: number; y: number }>();
  let isPinching = false;
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };
  board.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    isPinching = fingers.size > 1;
    wishes.point(event.offsetX, event.offsetY);
    board.focus({ preventScroll: true });
  });
  board.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") wishes.point(event.offsetX, event.offsetY);
    if (!fingers.has(event.pointerId)) return;
    const before = spread();
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (before > 0) wishes.zoom(spread() / before);
  });
  board.addEventListener("pointerup", (event) => {
    fingers.delete(event.pointerId);
    if (!isPinching) wishes.goTo(event.offsetX, event.offsetY);
    if (fingers.size === 0) isPinching = false;
  });
  board.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));

  for (const button of pad.querySelectorAll("button")) {
    const direction = Number(button.dataset["direction"]) as Direction;
    button.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      wishes.hold(direction);
    });
    for (const end of ["pointerup", "pointerleave", "pointercancel"])
      button.addEventListener(end, () => wishes.release(direction));
    // Enter, Space and readers of screens click without a pointer: one step.
    button.addEventListener("click", (event) => {
      if ((event as PointerEvent).pointerType) return;
      wishes.hold(direction);
      wishes.release(direction);
    });
  }
}
