// The language of a page.
export type Language = "en" | "ko";
const known: readonly string[] = ["en", "ko"];

/** Returns the first language that the pages have texts in: of `asked` (the address has `?lang=ko`), then of `preferred`.
 * Returns English if there is none. */
export function languageOf(asked: string | null, preferred: readonly string[]): Language {
  const wanted = [...(asked ? [asked] : []), ...preferred].map((one) => one.toLowerCase().split("-")[0]);
  return (wanted.find((one) => one !== undefined && known.includes(one)) as Language | undefined) ?? "en";
}

export function languageOfPage(): Language {
  return languageOf(new URLSearchParams(location.search).get("lang"), navigator.languages);
}
