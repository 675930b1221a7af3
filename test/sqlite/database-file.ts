import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DriverName, type OpenDatabase, openDatabase } from "./drivers.js";

/** A database file of one test, and every handle that the test opened on it. */
export interface DatabaseFile {
  readonly path: string;
  open(driver?: DriverName): OpenDatabase;
  /** Empties the file under its handles, as a disk that fails would. */
  lose(): void;
  /** Removes what stands beside the file: the log, and what is shared about it. */
  destroyLog(): void;
  /** Closes every handle and removes the file. */
  remove(): void;
}

export function createDatabaseFile(driver: DriverName = "libsql"): DatabaseFile {
  const directory = mkdtempSync(join(tmpdir(), "callgate-sqlite-"));
  const path = join(directory, "counters.db");
  const handles: OpenDatabase[] = [];
  return {
    path,
    open: (opened = driver) => {
      const handle = openDatabase(opened, path);
      handles.push(handle);
      return handle;
    },
    lose: () => {
      // What a handle has read before it must not be enough for it.
      for (const handle of handles) handle.exec("PRAGMA cache_size = 0");
      for (const suffix of ["", "-wal"]) truncateSync(path + suffix);
    },
    destroyLog: () => {
      for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
    },
    remove: () => {
      for (const handle of handles) closeQuietly(handle);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Some drivers object to a second close. */
export function closeQuietly(handle: OpenDatabase): void {
  try {
    handle.close();
  } catch {
    // It is closed.
  }
}
