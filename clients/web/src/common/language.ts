// Which of the languages that a page has words in.
export type Language = "en" | "ko";
const known: readonly string[] = ["en", "ko"];

/** The first of these that there are words for; `?lang=ko` decides where it stands. */
export function languageOf(asked: string | null, preferred: readonly string[]): Language {
  const wanted = [...(asked ? [asked] : []), ...preferred].map((one) => one.toLowerCase().split("-")[0]);
  return (wanted.find((one) => one !== undefined && known.includes(one)) as Language | undefined) ?? "en";
}

export function languageOfPage(): Language {
  return languageOf(new URLSearchParams(location.search).get("lang"), navigator.languages);
}
