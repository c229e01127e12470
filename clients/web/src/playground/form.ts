// The form of a packet: an input for each field, with what the field means.
import type { Value } from "./codec";
import { encodeRecord, hexOf } from "./codec";
import type { Field, RecordTable, Type } from "./tables";
import { typeText } from "./tables";
import type { Texts } from "./texts";

/** What a form fills in by itself: the schema of the protocol, and the fields of the blob "entry". */
export interface Known {
  readonly schema?: string;
  readonly entry?: RecordTable;
}

/** Reads what is typed in an input, or in a group of inputs. */
type Read = () => Value;

export class Form {
  private read: { [name: string]: Read } = {};

  constructor(
    private readonly root: HTMLElement,
    private readonly known: Known,
    private readonly texts: Texts,
    private readonly onChange: () => void,
  ) {
    root.addEventListener("input", onChange);
  }

  show(table: RecordTable): void {
    this.read = {};
    this.root.replaceChildren();
    this.fields(table, this.root, this.read);
    if (table.fields.length === 0) this.root.textContent = this.texts.noFields;
  }

  values(): { [name: string]: Value } {
    return Object.fromEntries(Object.entries(this.read).map(([name, read]) => [name, read()]));
  }

  private fields(table: RecordTable, parent: HTMLElement, reads: { [name: string]: Read }): void {
    for (const field of table.fields) reads[field.name] = this.field(field, parent);
  }

  private field(field: Field, parent: HTMLElement): Read {
    const { type } = field;
    const doc = field.bit === undefined ? field.doc : `${field.doc} (${this.texts.ifBit(field.bit)})`;
    if (field.name === "entry" && type.kind === "blob" && this.known.entry) {
      const entry = this.known.entry;
      const read = this.group(field.name, entry.doc, parent, entry);
      return () => hexOf(encodeRecord(entry, read()));
    }
    if (type.kind === "record") return this.group(field.name, doc, parent, type.record!);
    if (type.kind === "list" || type.kind === "array") return this.items(field, doc, parent);
    const label = parent.appendChild(document.createElement("label"));
    const name = label.appendChild(document.createElement("span"));
    name.textContent = field.name;
    const input = this.input(type);
    if (field.name === "schema" && this.known.schema) input.value = this.known.schema;
    label.append(input);
    const hint = label.appendChild(document.createElement("small"));
    hint.textContent = `${typeText(type)}: ${doc}`;
    return () => (input instanceof HTMLInputElement && input.type === "checkbox" ? input.checked : input.value);
  }

  private group(name: string, doc: string, parent: HTMLElement, table: RecordTable): () => { [name: string]: Value } {
    const inner = this.fieldset(name, doc, parent);
    const reads: { [name: string]: Read } = {};
    this.fields(table, inner, reads);
    return () => Object.fromEntries(Object.entries(reads).map(([field, read]) => [field, read()]));
  }

  private items(field: Field, doc: string, parent: HTMLElement): Read {
    const inner = this.fieldset(`${field.name}: ${typeText(field.type)}`, doc, parent);
    const reads: Read[] = [];
    const add = () => reads.push(this.field({ name: `${reads.length}`, doc: "", type: field.type.item! }, inner));
    if (field.type.kind === "array") {
      for (let i = 0; i < field.type.count!; ++i) add();
    } else {
      const button = inner.appendChild(document.createElement("button"));
      button.type = "button";
      button.textContent = this.texts.addItem;
      button.addEventListener("click", () => {
        add();
        this.onChange();
      });
    }
    return () => reads.map((read) => read());
  }

  private fieldset(name: string, doc: string, parent: HTMLElement): HTMLElement {
    const set = parent.appendChild(document.createElement("fieldset"));
    const legend = set.appendChild(document.createElement("legend"));
    legend.textContent = name;
    const hint = set.appendChild(document.createElement("small"));
    hint.textContent = doc;
    return set;
  }

  private input(type: Type): HTMLInputElement | HTMLSelectElement {
    if (type.kind === "enum") {
      const select = document.createElement("select");
      type.values!.forEach((value, number) => {
        const option = select.appendChild(document.createElement("option"));
        option.value = String(number);
        option.textContent = `${number} ${value.name}`;
        option.title = value.doc;
      });
      return select;
    }
    const input = document.createElement("input");
    input.autocomplete = "off";
    if (type.kind === "bool") input.type = "checkbox";
    else if (type.kind === "quantised") input.value = String(type.quantised!.low);
    else if (type.kind !== "text" && type.kind !== "blob") input.value = "0";
    return input;
  }
}
