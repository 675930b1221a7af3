import type { ToolCategory } from "./category.js";
import type { RiskSignal } from "./evidence.js";

/** What the name of an argument says. Words are matched whole: `sql`, `sqlText`, `raw_sql`, not `mysqlHost`. */
export interface ArgumentRule {
  readonly words: string;
  readonly meaning: string;
  /** The class that a tool with this argument has at the least. */
  readonly category?: ToolCategory;
  /** Where the tool's own words say one of these verbs, the argument is looked at and not carried out. */
  readonly unless?: string;
  readonly signal?: RiskSignal;
}

/** Verbs that look at code, or keep it, and do not run it. */
const LOOKS_OR_KEEPS = `
  analyze analyse validate verify check format reformat lint explain parse highlight review convert translate search find
  compare diff count tokenize minify optimize estimate detect summarize inspect describe preview create update add save
  write edit insert append set put replace store upload publish commit share document refactor hash encode decode
  get list read lookup retrieve download export delete remove archive rename copy move`;

export const ARGUMENT_RULES: readonly ArgumentRule[] = [
  {
    words: "command commands *_command cmd shell bash powershell argv",
    meaning: "takes a command to carry out",
    category: "Execute",
    signal: "code",
  },
  {
    words: `sql *_sql sql_* cypher cypher_* sparql code script *_script javascript js python source_code eval raw_query
      statement statements function_body js_code python_code code_snippet`,
    meaning: "takes code or a query to carry out",
    category: "Execute",
    unless: LOOKS_OR_KEEPS,
    signal: "code",
  },
  {
    words: "html *_html graphql mutation bytecode gcode macro expression *_expression template_source",
    meaning: "takes raw code or markup",
    signal: "code",
  },
  {
    words: "url urls *_url *_urls uri *_uri endpoint *_endpoint href website webhook callback",
    meaning: "takes an address to reach",
    signal: "url",
  },
  {
    words: `password *_password passphrase secret secrets *_secret token *_token api_key *_api_key apikey access_key
      private_key credential credentials *_credentials mnemonic seed_phrase bearer ssh_key connection_string cookie cookies`,
    meaning: "takes credentials",
    signal: "credentials",
  },
  {
    words: "bulk bulk_* batch batch_* all recursive cascade *_all everyone",
    meaning: "works on many things at once",
    signal: "bulk",
  },
  {
    words: "admin as_admin is_admin sudo root superuser elevated privileged run_as impersonate role_arn assume_role",
    meaning: "works with rights over others",
    signal: "admin",
  },
];

/** Arguments that look like credentials and only say where a list goes on. */
export const CURSOR_WORDS =
  "page_token next_token next_page_token continuation_token sync_token pagination_token cursor_token start_token";

/** A switch of this name makes a tool that otherwise reads change something. */
export const SWITCH_WORDS =
  "delete delete_* *_delete remove remove_* purge purge_* drop drop_* destroy erase erase_* overwrite clear clear_* wipe truncate prune cleanup";

/** An argument of this name that takes one of a list of words says by them what the tool can do. */
export const ACTION_WORDS = "action actions operation operations op method verb subcommand";

/** Money: an amount, and one of the others, make a tool that does more than read one that pays. */
export const AMOUNT_WORDS = "amount *_amount amount_* lamports wei satoshis";
export const COUNTERPARTY_WORDS = `
  currency *_currency recipient payee beneficiary card iban to_account from_account to_address *_wallet wallet_*
  account_number payment_method payment_method_id invoice_id charge_id payment_id routing_number`;

/** Words of a name that show a risk; the first two only where more is done than reading. */
export const NAME_SIGNALS: readonly {
  readonly words: string;
  readonly signal: RiskSignal;
  readonly meaning: string;
}[] = [
  { words: "bulk batch mass all many multiple everything", signal: "bulk", meaning: "works on many things at once" },
  {
    words: "admin administrator sudo root superuser privilege privileges permission permissions role roles iam acl",
    signal: "admin",
    meaning: "works with rights over others",
  },
  {
    words: "secret secrets password passwords credential credentials keychain passphrase mnemonic apikey",
    signal: "credentials",
    meaning: "handles credentials",
  },
];
