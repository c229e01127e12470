// Helpers for the elements of both pages.

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Fills in the texts of all elements that name one: data-text (the content), data-label (for screen readers) and
 * data-placeholder. */
export function putTexts(texts: object): void {
  const textOf = (name: string | undefined) => String((texts as Record<string, unknown>)[name ?? ""]);
  for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) element.textContent = textOf(element.dataset["text"]);
  for (const element of document.querySelectorAll<HTMLElement>("[data-label]"))
    element.setAttribute("aria-label", textOf(element.dataset["label"]));
  for (const element of document.querySelectorAll<HTMLInputElement>("[data-placeholder]"))
    element.placeholder = textOf(element.dataset["placeholder"]);
}
