import type { ToolCategory } from "./category.js";

/** What a name without a verb does, by its last word: `git_status`, `exchange_rates`, `coding_agent`. */
export const LAST_NOUNS: Readonly<Partial<Record<ToolCategory, string>>> = {
  Read: `
    status state info information details detail statistics stats metrics metric tree schema history log logs
    directions elevation health version help docs documentation quote price prices pricing balance balances summary
    overview count counts size usage weather profile distance matrix timeline insights insight analytics trends trending
    leaderboard ranking rankings availability capabilities topology forecast diff difference report reports results
    result list listing catalog catalogue directory members feed feeds news headlines transcript transcripts lyrics
    recommendations recommendation suggestions ideas requirements limits quota rates rate scores score
    chart graph calendar agenda today schema schemas metadata reviews ratings properties fields columns types
    values keys options examples sample guide guidelines reference changelog manifest structure outline hierarchy
    lineage dependencies backlinks references neighbors neighbours similarity nearby permissions preview lookup search
    transactions holdings portfolio ledger earnings dividends fundamentals candles ticker tickers orderbook spread
    audit compliance coverage violations errors warnings traces trace events alerts incidents
    availability uptime latency lag heartbeat ping whoami identity me context text content contents
    definition definitions synonyms etymology translation isochrone timezone time date sunrise sunset tides
    snapshot screenshot screenshots view inspector explorer viewer reader browser_logs importance certificate statement
    budget_left reach volume playing current latest top popular featured hot random
    source sources citations abstract papers bibliography standings fixtures lineup roster odds
    comparison breakdown distribution histogram percentiles correlation`,
  Write: `notification notifications subscription setting settings preference preferences reminder webhook`,
  Execute: `
    agent agents browser shell terminal console command commands bash powershell repl exec rpc sandbox interpreter
    automation scheduler runner workflow action actions python javascript code script macro completion completions
    inference transformation stop play keyboard mouse`,
};

/** Endings that say nothing of their own: what stands before them counts. */
export const EMPTY_LAST_WORDS = `tool tools api apis v1 v2 v3 v4 by id ids name now all async sync data mcp advanced full beta new with for to of in on
  from at many multiple bulk batch per page`;
