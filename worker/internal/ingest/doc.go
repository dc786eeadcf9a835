// Package ingest is the one writer of a snapshot being built (spec 08 "Rows",
// "Checkpoint and resume"). It turns pages of records into the tables of one
// SQLite file and keeps, in the same transactions, how far each table has come.
//
// What it promises:
//
//   - The file is in rollback-journal mode from its first byte, never WAL: a
//     write-ahead log left beside a published file would be replayed over it.
//   - Rows and the position behind them become durable together. Killed at any
//     moment, the file rolls back to its last checkpoint and Resume continues
//     there.
//   - A record that comes twice is stored once. The later copy replaces the
//     whole record and keeps the row position of the first, so the order of
//     rows is the order of first sight.
//   - Memory does not grow with the rows' size: of each stored row only twelve
//     bytes stay, to recognise its id.
//
// After a failed write the Writer takes nothing more; the file stays at its
// last checkpoint.
package ingest
