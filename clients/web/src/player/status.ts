// The status beside the board: position, players nearby, delay, the map in the corner, and the arrow to other players.
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
  const { position } = game.walker;
  const others = game.others();
  game.fade();
  game.sightings.dropWhere(({ x, y }) => game.view.isInsideOfSight(x, y));
  setText(byId("place"), texts.position(position.x, position.y));
  setText(byId("near-count"), texts.near(others.length));
  setText(byId("delay"), texts.delay(game.delayMs));
  minimap.draw(position, game.view.pieces.values(), game.sightings.positions(), board.shown);
  board.showArrow(arrowToPeople(game, board, others, texts));
  seeThroughPanels(game, board);
  if (!byId("near").hidden) showNames(game, others.slice(0, namesShown), texts);
}

/** Makes a panel transparent while the own figure stands behind the panel: that happens near the edges of the board. */
function seeThroughPanels(game: Game, board: Board): void {
  const own = board.pointOf(game.ownId);
  const top = byId("board").getBoundingClientRect().top;
  const middle = own && { x: own.x, y: own.y + top + board.tileSize / 2 };
  for (const id of ["log", "near", "map"]) {
    const panel = byId(id).getBoundingClientRect();
    const isBehind = middle !== undefined && middle.x > panel.left && middle.x < panel.right && middle.y > panel.top && middle.y < panel.bottom;
    byId(id).classList.toggle("over-own", isBehind);
  }
}

/** Returns the arrow if no other player is in the window. It leads to the nearest player, else to the last known position of a
 * player, else to the middle of the board. */
function arrowToPeople(game: Game, board: Board, others: Others, texts: Texts): Arrow | undefined {
  if (others.some(({ piece }) => board.isInWindow(piece.id))) return undefined;
  const { position } = game.walker;
  const [nearest] = others;
  if (nearest) return { to: { x: nearest.piece.x, y: nearest.piece.y }, text: texts.arrowToPlayer(nearest.piece.name, nearest.distance) };
  const seen = game.sightings.latest();
  if (seen) return { to: seen, text: texts.arrowToSeen(distanceOf(position, seen)) };
  const { mapWidth, mapHeight } = game.view.welcome ?? { mapWidth: 0, mapHeight: 0 };
  const middle = { x: mapWidth >> 1, y: mapHeight >> 1 };
  if (distanceOf(position, middle) <= (game.view.welcome?.viewRadius ?? 0)) return undefined;
  return { to: middle, text: texts.arrowToMiddle(distanceOf(position, middle)) };
}

function showNames(game: Game, others: Others, texts: Texts): void {
  const names = byId("names");
  const { position } = game.walker;
  const wanted = others.map(({ piece, distance }) => `${piece.id} ${piece.looks} ${piece.name} ${distance} ${arrowOf(position, piece)}`).join();
  if (names.dataset["shown"] === wanted) return;
  names.dataset["shown"] = wanted;
  byId("nobody").hidden = others.length > 0;
  names.hidden = others.length === 0;
  names.replaceChildren(
    ...others.map(({ piece, distance }) => {
      const row = document.createElement("li");
      const icon = pieceIcon(piece.looks);
      icon.style.fill = `#${colorOf(piece.id).toString(16).padStart(6, "0")}`;
      const name = document.createElement("b");
      name.textContent = piece.name;
      const far = document.createElement("i");
      far.textContent = texts.tiles(distance);
      const arrow = document.createElement("span");
      arrow.textContent = arrowOf(position, piece);
      arrow.setAttribute("aria-hidden", "true");
      row.append(icon, name, far, arrow);
      return row;
    }),
  );
}
