/** Where the cursor of the editor is to go. */
export interface Spot {
  readonly file: string;
  readonly line: number;
}
