import type { ToolCategory } from "./category.js";

/** Words of answers: they turn a verb before them into a noun (`order_status`, `build_history`, `message_search`). */
export const ANSWERS = `
  status state info information details detail statistics stats metrics history summary overview counts usage
  insights analytics trends rankings leaderboard results result logs log report quota availability rate rates price prices search`;

/** What a name without a verb does, by its last word: `exchange_rates`, `coding_agent`. Answers are Read. */
export const LAST_NOUNS: Readonly<Partial<Record<ToolCategory, string>>> = {
  Read: `
    ${ANSWERS}
    metric statistic trend insight ranking tree schema schemas metadata directions elevation health version help docs
    documentation guide guidelines guidance reference references changelog quote pricing cost costs budget
    balance balances size weather forecast profile profiles distance matrix timeline feed feeds news headlines transcript
    transcripts lyrics recommendations recommendation suggestions ideas requirements limits scores score
    capabilities topology diff difference comparison breakdown distribution histogram correlation reports listing catalog
    catalogue directory members chart charts graph calendar agenda properties fields columns values keys options examples
    sample manifest structure outline hierarchy lineage dependencies neighbors neighbours similarity permissions preview
    transactions holdings portfolio ledger earnings dividends fundamentals candles ticker tickers orderbook coverage
    compliance violations errors warnings traces trace events alerts incidents uptime latency lag heartbeat identity
    context text content contents definition definitions synonyms translation timezone time date map maps output outputs
    snapshot screenshot screenshots view viewer reader explorer inspector browser_logs certificate statement statements
    reach volume sources citations abstract papers standings lineup roster odds loss income plan audit monitor index
    reviews ratings today`,
  Execute: `
    agent agents browser shell terminal console command commands bash powershell repl rpc sandbox interpreter
    automation runner workflow action actions python javascript code script macro completion completions inference
    transformation keyboard mouse`,
};

/** What a name without a verb asks for, by its first word: `trending_topics`, `who_is_on_call`, `is_valid`. */
export const FIRST_WORDS = `
  who what which when where why how is are has have does trending nearby recent latest top upcoming current available
  active popular similar related featured my daily weekly monthly total average remaining pending`;

/** Endings that say nothing of their own: what stands before them counts. */
export const EMPTY_LAST_WORDS = `
  tool tools api apis v1 v2 v3 v4 id ids name names now all async data mcp advanced full beta many multiple bulk batch`;

/** What follows these is not the head of a name: `certificate_of_completion` is a certificate. */
export const PREPOSITIONS = "of for by in on from with at to about as via per near between";
