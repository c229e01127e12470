// One's own walking: which step to ask for next, and where one stands before the server has answered. Steps are shown at
// once, and taken back when the server says otherwise. Pure; `now` in milliseconds.
import { findPath, stepOf } from "./path";
import { MoveResult } from "../protocol";
import type { Direction } from "../protocol";

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
  private target: Place | undefined;
  private askedAt = -Infinity;
  private isAsking = false;

  begin(place: Place, intervalMs: number, isFree: (x: number, y: number) => boolean): void {
    this.place = place;
    this.intervalMs = intervalMs;
    this.isFree = isFree;
    this.target = undefined;
    this.askedAt = -Infinity;
    this.isAsking = false;
  }

  /** A key goes down; the last one held counts, and ends the way to a tile. */
  hold(direction: Direction): void {
    this.release(direction);
    this.held.push(direction);
    this.target = undefined;
  }
  release(direction: Direction): void {
    this.held = this.held.filter((one) => one !== direction);
  }
  releaseAll(): void {
    this.held = [];
  }
  goTo(target: Place): void {
    this.target = target;
  }
  get goal(): Place | undefined {
    return this.target;
  }

  /** The step to ask the server for now, if it is time for one. */
  next(now: number): Direction | undefined {
    if (this.isAsking || now - this.askedAt < this.intervalMs) return undefined;
    const direction = this.held.length > 0 ? this.held[this.held.length - 1] : this.nextOnTheWay();
    if (direction === undefined) return undefined;
    const [dx, dy] = stepOf[direction] as readonly [number, number];
    const place = { x: this.place.x + dx, y: this.place.y + dy };
    if (!this.isFree(place.x, place.y)) return undefined;
    this.place = place;
    this.askedAt = now;
    this.isAsking = true;
    return direction;
  }

  /** The server's answer: where one stands. */
  answered(place: Place, result: MoveResult): void {
    this.isAsking = false;
    this.place = place;
    if (result === MoveResult.blocked) this.target = undefined;
  }

  private nextOnTheWay(): Direction | undefined {
    if (!this.target) return undefined;
    const first = findPath(this.place, this.target, this.isFree)[0];
    if (first === undefined) this.target = undefined;
    return first;
  }
}
