// What Kysely's users write against the generated `Database`; all of it must type-check.

import { type Insertable, Kysely, PostgresAdapter, DummyDriver, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import type { Book, BookTable, Database, NewBook } from "../typescript/postgres/library/index.js";

const db = new Kysely<Database>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

export async function dearBooks(): Promise<{ title: string; rating: number | null }[]> {
  return db
    .selectFrom("book")
    .innerJoin("author", "author.author_id", "book.author_id")
    .where("author.name", "=", "Ann")
    .where("book.rating", ">", 3)
    .select(["book.title", "book.rating"])
    .execute();
}

export async function newBook(): Promise<void> {
  // The key and the price are up to the database.
  const made: Insertable<BookTable> = { title: "Blue", author_id: 1 };
  await db.insertInto("book").values(made).execute();
  await db.updateTable("book").set({ rating: null }).where("book_id", "=", 1).execute();
}

export function titleOf(book: Book): string {
  return book.author === undefined ? book.title : `${book.title} by ${book.author.name}`;
}

export const smallest: NewBook = { author_id: 1, title: "Blue" };
