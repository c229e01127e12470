// One's own walking: which step to ask for next, and where one stands before the server has answered. Steps are shown at
// once, and taken back when the server says otherwise. Pure; `now` in milliseconds.
import { findPath, stepOf } from "./path";
import { Direction, MoveResult } from "../protocol";

export interface Place {
  readonly x: number;
  readonly y: number;
}

export class Walker {
  /** where one is shown: with the step that has not been answered yet */
  place: Place = { x: 0, y: 0 };
  private intervalMs = 1000;
  private isFree: (x: number, y: number) => boolean = () => false;
  private held: Direction[] = [];
  /** of a key that went down, until its first step: a tap is one step, however short it is */
  private pending: Direction | undefined;
  private target: Place | undefined;
  private askedAt = -Infinity;
  private asked: Direction | undefined;
  /** into what one has walked; told once for each press of a key and each way */
  private bump: Direction | undefined;
  private hasBumped = false;

  begin(place: Place, intervalMs: number, isFree: (x: number, y: number) => boolean): void {
    this.place = place;
    this.intervalMs = intervalMs;
    this.isFree = isFree;
    this.target = undefined;
    this.pending = undefined;
    this.askedAt = -Infinity;
    this.asked = undefined;
    this.bump = undefined;
  }

  /** A key goes down; the last one held counts, and ends the way to a tile. */
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
  goTo(target: Place): void {
    this.target = target;
    this.pending = undefined;
    this.hasBumped = false;
  }
  get goal(): Place | undefined {
    return this.target;
  }

  /** The tiles from here to the goal, or to where the way ends; empty without a goal. */
  way(): Place[] {
    if (!this.target) return [];
    let { x, y } = this.place;
    return findPath(this.place, this.target, this.isFree).map((direction) => {
      const [dx, dy] = stepOf[direction] as readonly [number, number];
      return { x: (x += dx), y: (y += dy) };
    });
  }

  /** The step to ask the server for now, if it is time for one. */
  next(now: number): Direction | undefined {
    if (this.asked !== undefined || now - this.askedAt < this.intervalMs) return undefined;
    const direction = this.pending ?? this.held[this.held.length - 1] ?? this.nextOnTheWay();
    this.pending = undefined;
    if (direction === undefined) return undefined;
    const [dx, dy] = stepOf[direction] as readonly [number, number];
    const place = { x: this.place.x + dx, y: this.place.y + dy };
    if (!this.isFree(place.x, place.y)) {
      this.bumpInto(direction);
      return undefined;
    }
    this.place = place;
    this.askedAt = now;
    this.asked = direction;
    this.hasBumped = false;
    return direction;
  }

  /** The server's answer: where one stands. */
  answered(place: Place, result: MoveResult): void {
    const direction = this.asked;
    this.asked = undefined;
    this.place = place;
    // A tap that came a moment too soon is one step nevertheless.
    if (result === MoveResult.tooSoon && this.held.length === 0 && !this.target) this.pending ??= direction;
    if (result !== MoveResult.blocked) return;
    this.target = undefined;
    if (direction !== undefined) this.bumpInto(direction);
  }

  /** What one has walked into since the last call: a wall or the edge of the board. */
  takeBump(): Direction | undefined {
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
    const [first] = findPath(this.place, this.target, this.isFree);
    if (first !== undefined) return first;
    const dx = this.target.x - this.place.x;
    const dy = this.target.y - this.place.y;
    this.target = undefined;
    if (dx === 0 && dy === 0) return undefined;
    // The way ends here, before its goal: something is between.
    return Math.abs(dx) > Math.abs(dy) ? (dx < 0 ? Direction.left : Direction.right) : dy < 0 ? Direction.up : Direction.down;
  }
}
