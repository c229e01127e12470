// The player's own steps: the next step to request, and the position before the server has answered. A step is shown at
// once. A step that the server refuses is undone. Pure; `now` is in milliseconds.
import { findPath, stepOf } from "./path";
import type { Position } from "./path";
import { Direction, MoveResult } from "../protocol";

export class Walker {
  /** The position that is shown, with a step that the server has not answered yet. */
  position: Position = { x: 0, y: 0 };
  /** The minimum time between two steps. */
  intervalMs = 1000;
  private isFree: (x: number, y: number) => boolean = () => false;
  private held: Direction[] = [];
  /** The direction of a pressed key, until its first step. So a tap is one step, even if the tap is shorter than a frame. */
  private pending: Direction | undefined;
  private target: Position | undefined;
  private requestedAt = -Infinity;
  private requested: Direction | undefined;
  /** The direction of a wall or edge that the player walked into. Reported once per press of a key and once per way. */
  private bump: Direction | undefined;
  private hasBumped = false;

  begin(position: Position, isFree: (x: number, y: number) => boolean): void {
    this.position = position;
    this.isFree = isFree;
    this.target = undefined;
    this.pending = undefined;
    this.requestedAt = -Infinity;
    this.requested = undefined;
    this.bump = undefined;
  }

  /** A key goes down. The key that was pressed last counts, and ends the way to a tile. */
  hold(direction: Direction): void {
    this.release(direction);
    this.held.push(direction);
    this.pending = direction;
    this.target = undefined;
    this.hasBumped = false;
  }
  release(direction: Direction): void {
    this.held = this.held.filter((one) => one !== direction);
  }
  releaseAll(): void {
    this.held = [];
    this.pending = undefined;
  }
  goTo(target: Position): void {
    this.target = target;
    this.pending = undefined;
    this.hasBumped = false;
  }
  get goal(): Position | undefined {
    return this.target;
  }

  /** Returns the tiles of the way, up to the goal or to the end of the way. Empty without a goal. */
  way(): Position[] {
    if (!this.target) return [];
    let { x, y } = this.position;
    return findPath(this.position, this.target, this.isFree).map((direction) => {
      const [dx, dy] = stepOf[direction] as readonly [number, number];
      x += dx;
      y += dy;
      return { x, y };
    });
  }

  /** Returns the step to request from the server now; undefined if it is not time for a step. */
  next(now: number): Direction | undefined {
    if (this.requested !== undefined || now - this.requestedAt < this.intervalMs) return undefined;
    const direction = this.pending ?? this.held[this.held.length - 1] ?? this.nextOnTheWay();
    this.pending = undefined;
    if (direction === undefined) return undefined;
    const [dx, dy] = stepOf[direction] as readonly [number, number];
    const position = { x: this.position.x + dx, y: this.position.y + dy };
    if (!this.isFree(position.x, position.y)) {
      this.bumpInto(direction);
      return undefined;
    }
    this.position = position;
    this.requestedAt = now;
    this.requested = direction;
    this.hasBumped = false;
    return direction;
  }

  /** Handles the server's answer. `position`: the position on the server. */
  answered(position: Position, result: MoveResult): void {
    const direction = this.requested;
    this.requested = undefined;
    this.position = position;
    // The server refused the step of a tap as too early: requests the step again.
    if (result === MoveResult.tooSoon && this.held.length === 0 && !this.target) this.pending ??= direction;
    if (result !== MoveResult.blocked) return;
    this.target = undefined;
    if (direction !== undefined) this.bumpInto(direction);
  }

  /** Returns, once, the direction of the wall or edge that the player has walked into since the last call. */
  dequeueBump(): Direction | undefined {
    const bump = this.bump;
    this.bump = undefined;
    return bump;
  }

  private bumpInto(direction: Direction): void {
    if (!this.hasBumped) this.bump = direction;
    this.hasBumped = true;
  }

  private nextOnTheWay(): Direction | undefined {
    if (!this.target) return undefined;
    const [first] = findPath(this.position, this.target, this.isFree);
    if (first !== undefined) return first;
    const dx = this.target.x - this.position.x;
    const dy = this.target.y - this.position.y;
    this.target = undefined;
    if (dx === 0 && dy === 0) return undefined;
    // The way ends before the goal: an obstacle is in between.
    if (Math.abs(dx) > Math.abs(dy)) return dx < 0 ? Direction.left : Direction.right;
    return dy < 0 ? Direction.up : Direction.down;
  }
}
