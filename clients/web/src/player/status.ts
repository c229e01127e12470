// What is shown beside the board: where one is, who is near, how long the server takes, the map, and the arrow to where
// people are.
import { byId, setText } from "../common/page";
import type { Arrow } from "./marks";
import type { Board } from "./board";
import type { Game } from "./game";
import type { Minimap } from "./minimap";
import { colorOf, pieceIcon } from "./shapes";
import { arrowOf, distanceOf } from "./surroundings";
import type { Texts } from "./texts";

type Others = ReturnType<Game["others"]>;

const namesShown = 8;

export function showStatus(game: Game, board: Board, minimap: Minimap, texts: Texts): void {
  const { place } = game.walker;
  const others = game.others();
  game.fade();
  game.sightings.dropWhere(({ x, y }) => game.view.isInsideOfSight(x, y));
  setText(byId("place"), texts.place(place.x, place.y));
  setText(byId("near-count"), texts.near(others.length));
  setText(byId("delay"), texts.delay(game.delayMs));
  minimap.draw(place, game.view.pieces.values(), game.sightings.places(), board.shown);
  board.showArrow(arrowToPeople(game, board, others, texts));
  seeThroughLog(game, board);
  if (!byId("near").hidden) showNames(game, others.slice(0, namesShown), texts);
}

/** In a corner of the board one's own figure may stand behind the log. */
function seeThroughLog(game: Game, board: Board): void {
  const own = board.pointOf(game.ownAlias);
  const log = byId("log").getBoundingClientRect();
  const top = byId("board").getBoundingClientRect().top;
  const middle = own && { x: own.x, y: own.y + top + board.tileSize / 2 };
  const isBehind = middle !== undefined && middle.x > log.left && middle.x < log.right && middle.y > log.top && middle.y < log.bottom;
  byId("chat").classList.toggle("over-own", isBehind);
}

/** To the nearest, when nobody is in the window; else to where somebody was, or to the middle of the board. */
function arrowToPeople(game: Game, board: Board, others: Others, texts: Texts): Arrow | undefined {
  if (others.some(({ piece }) => board.isInWindow(piece.alias))) return undefined;
  const { place } = game.walker;
  const [nearest] = others;
  if (nearest) return { to: { x: nearest.piece.x, y: nearest.piece.y }, words: texts.thereIs(nearest.piece.name, nearest.distance) };
  const seen = game.sightings.latest();
  if (seen) return { to: seen, words: texts.wasThere(distanceOf(place, seen)) };
  const { mapWidth, mapHeight } = game.view.welcome ?? { mapWidth: 0, mapHeight: 0 };
  const middle = { x: mapWidth >> 1, y: mapHeight >> 1 };
  if (distanceOf(place, middle) <= (game.view.welcome?.viewRadius ?? 0)) return undefined;
  return { to: middle, words: texts.middle(distanceOf(place, middle)) };
}

function showNames(game: Game, others: Others, texts: Texts): void {
  const names = byId("names");
  const { place } = game.walker;
  const wanted = others.map(({ piece, distance }) => `${piece.entity} ${distance} ${arrowOf(place, piece)}`).join();
  if (names.dataset["shown"] === wanted) return;
  names.dataset["shown"] = wanted;
  byId("nobody").hidden = others.length > 0;
  names.hidden = others.length === 0;
  names.replaceChildren(
    ...others.map(({ piece, distance }) => {
      const row = document.createElement("li");
      const icon = pieceIcon(piece.looks);
      icon.style.fill = `#${colorOf(piece.entity).toString(16).padStart(6, "0")}`;
      const name = document.createElement("b");
      name.textContent = piece.name;
      const far = document.createElement("i");
      far.textContent = texts.tiles(distance);
      const arrow = document.createElement("span");
      arrow.textContent = arrowOf(place, piece);
      arrow.setAttribute("aria-hidden", "true");
      row.append(icon, name, far, arrow);
      return row;
    }),
  );
}
