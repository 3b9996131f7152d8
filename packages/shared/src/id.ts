/** A source of unique ids (UUID v4 or v7 text), passed in. */
export type MakeId = () => string;
