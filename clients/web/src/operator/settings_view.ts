// The list of the settings in force, with the source of each. Fetched when the operator opens the list.
import { byId, setText } from "../common/page";
import { fetchSettings } from "./api";
import type { Texts } from "./texts";

export class SettingsView {
  constructor(
    private readonly texts: Texts,
    private readonly describe: (error: unknown) => string,
  ) {
    byId("settings").addEventListener("toggle", () => {
      if (byId<HTMLDetailsElement>("settings").open) void this.show();
    });
  }

  forget(): void {
    byId<HTMLDetailsElement>("settings").open = false;
  }

  private async show(): Promise<void> {
    try {
      const { settings } = await fetchSettings();
      setText(byId("settings-problem"), "");
      byId("settings-rows").replaceChildren(
        ...settings.map((one) => {
          const row = document.createElement("tr");
          const name = row.insertCell();
          const help = document.createElement("small");
          help.textContent = one.help;
          name.append(one.name, help);
          const value = row.insertCell();
          value.textContent = one.value === null ? this.texts.secret : `${one.value} ${one.unit}`.trim();
          row.insertCell().textContent = one.from ?? this.texts.byDefault;
          row.classList.toggle("changed", !one.isDefault);
          return row;
        }),
      );
    } catch (error) {
      setText(byId("settings-problem"), this.describe(error));
    }
  }
}
