// What must not type-check: each line below a mark is an error.

import type { Kysely } from "kysely";
import type { Database, NewBook } from "../typescript/postgres/library/index.js";

export async function wrong(db: Kysely<Database>): Promise<void> {
  // error
  await db.selectFrom("bok").selectAll().execute();
  // error
  await db.selectFrom("book").select("titel").execute();
  // error
  await db.insertInto("book").values({ title: "Blue", author_id: "one" }).execute();
  // error
  await db.insertInto("book").values({ author_id: 1 }).execute();
  // error
  await db.updateTable("book").set({ double_rating: 4 }).execute();
  // error
  await db.insertInto("dear_book").values({ title: "Blue" }).execute();
  // error
  await db.updateTable("dear_book").set({ title: "Blue" }).execute();
  // error
  const untitled: NewBook = { author_id: 1 };
  void untitled;
}
