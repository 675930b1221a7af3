import type { ToolCategory } from "./category.js";
import { MONEY_RULES } from "./money.js";

/** What a verb does to certain objects, where that differs from what it does to others. */
export interface ObjectRule {
  /** Verbs, or classes of verbs: `*Write` is every verb of that class. */
  readonly verbs: string;
  readonly objects: string;
  /** Words that take the rule back. */
  readonly unless?: string;
  readonly category: ToolCategory;
  readonly because: string;
}

/** The first rule that fits counts. */
export const OBJECT_RULES: readonly ObjectRule[] = [
  ...MONEY_RULES,
  {
    verbs: "make send perform",
    objects: "api_request http_request api_call rpc request raw",
    unless: "friend connection signature review access payment contact meeting time feature",
    category: "Execute",
    because: "sends any request",
  },
  {
    verbs: "capture",
    objects: "screen page viewport heap trace traffic network frame packets snapshot screenshot dom",
    category: "Read",
    because: "only looks",
  },
  {
    verbs: "track",
    objects: "package packages shipment shipments parcel parcels delivery flight flights vessel order orders",
    category: "Read",
    because: "only looks",
  },
  {
    verbs: "*Write",
    objects: "browser dialog viewport",
    unless: "preference preferences setting settings bookmark profile",
    category: "Execute",
    because: "acts in a browser",
  },
  {
    verbs: "remove clear unset reset detach drop kick clean cleanup clean_up empty",
    objects: `label labels tag tags reaction reactions star assignee assignees like vote favorite favourite bookmark
      bookmarks watcher watchers filter filters selection highlight highlights formatting breakpoint breakpoints reviewer
      reviewers dependency link relation cart status reminder password offset offsets counter timer zoom camera viewport
      view mark marks flag follower pin due emulation mocks`,
    category: "Write",
    because: "can be put back",
  },
  {
    verbs: "release close remove cancel delete terminate deactivate",
    objects: "account accounts phone_number number numbers tenant organization organisation access elastic_ip",
    category: "Destructive",
    because: "takes away what may not come back",
  },
  {
    verbs: "remove",
    objects: "background bg noise silence watermark vocals",
    category: "Execute",
    because: "makes new media",
  },
  {
    verbs: "terminate kill cancel",
    objects: "process processes session sessions job jobs query queries connection command task tasks",
    category: "Execute",
    because: "stops what runs",
  },
  {
    verbs: "cancel",
    objects:
      "event events meeting meetings appointment appointments reservation invitation invite request reminder downtime schedule snooze",
    category: "Write",
    because: "changes an entry that can be made again",
  },
  {
    verbs: "write",
    objects: "query queries",
    category: "Execute",
    because: "does what its argument says",
  },
  {
    verbs: "query select run execute write perform",
    objects: `sql cypher statement statements sparql gremlin script scripts command commands code shell
      javascript js python`,
    category: "Execute",
    because: "does what its argument says",
  },
  {
    verbs: "run execute perform conduct do",
    objects: `audit audits analysis analyses report reports analytics insights diagnostics lookup comparison forecast
      assessment funnel funnels retention segmentation cohort cohorts frequency logs metrics`,
    unless: "job jobs scheduled",
    category: "Read",
    because: "only looks and computes",
  },
  {
    verbs: "query",
    objects: "database databases db warehouse",
    category: "Execute",
    because: "does what its argument says",
  },
  {
    verbs: "create submit add make queue enqueue post start send complete request",
    objects: `deployment deployments build builds run runs execution job jobs completion completions       embedding embeddings speech transcription generation inference prediction
      predictions invocation dispatch scan crawl training finetune       backup`,
    unless: "template definition alert posting description comment note schedule cron opening listing",
    category: "Execute",
    because: "starts a process",
  },
  {
    verbs: "manage control handle administer",
    objects: `pipeline pipelines stack stacks cluster clusters workflow workflows deployment deployments
      process processes service services job jobs run runs vm vms instance instances server servers
      infrastructure power device devices`,
    category: "Execute",
    because: "starts and stops what runs",
  },
  {
    verbs: "resolve",
    objects: `incident incidents issue issues thread threads comment comments conflict conflicts ticket tickets alert
      alerts discussion discussions conversation review finding findings case`,
    category: "Write",
    because: "changes the state of an entry",
  },
  {
    verbs: "open close lock unlock pause suspend resume start stop complete control",
    objects: `issue issues pull pr ticket tickets case cases conversation thread discussion campaign campaigns
      todo todos task tasks milestone sprint deal opportunity poll form survey merge bug epic story project
      sequence goal habit topic `,
    category: "Write",
    because: "changes the state of an entry",
  },
  {
    verbs: "open select focus",
    objects: `node nodes document documents rows row records columns record entries dataset `,
    category: "Read",
    because: "only shows",
  },
  {
    verbs: "convert edit transform translate extract",
    objects: "audio video speech voice image photo",
    category: "Execute",
    because: "makes new media",
  },
  {
    verbs: "create clone design edit draw",
    objects: "voice avatar song music speech",
    category: "Execute",
    because: "makes new media",
  },
  {
    verbs: "load",
    objects: "model extension plugin scene game level save checkpoint state url page",
    category: "Execute",
    because: "changes what runs",
  },
  {
    verbs: "set change adjust",
    objects: `temperature volume brightness speed thermostat power hvac fan velocity
      altitude heading throttle breakpoint playback gpio `,
    unless: "default preference setting settings model llm sampling",
    category: "Execute",
    because: "acts on a device",
  },
  {
    verbs: "move",
    objects: "arm robot axis axes mouse cursor motor joint servo camera forward backward drone player gripper head ",
    category: "Execute",
    because: "acts on a device",
  },
  {
    verbs: "evaluate optimize optimise generate",
    objects: `flag flags policy risk route routes quality metrics uuid guid qr
      qrcode barcode password slug hash checksum hint color palette fake lorem random otp totp documentation
      coverage`,
    category: "Read",
    because: "only computes",
  },
  {
    verbs: "apply",
    objects:
      "label labels tag tags style styles filter filters format formatting patch edit edits diff discount coupon theme",
    category: "Write",
    because: "changes an entry",
  },
  {
    verbs: "generate",
    objects: "diagram diagrams draft key keys token tokens share link presigned url api",
    category: "Write",
    because: "makes an entry",
  },
  {
    verbs: "complete finish restart",
    objects: "todo reminder goal checklist item items step lesson course",
    category: "Write",
    because: "changes an entry",
  },
  {
    verbs: "apply complete prepare restore import commit run",
    objects: "migration migrations tuning terraform infrastructure plan changes backup snapshot manifest",
    unless: "message list",
    category: "Execute",
    because: "changes a system as the argument says",
  },
  {
    verbs: "join connect sign",
    objects: "wifi network vpn device server host socket mqtt bluetooth transaction",
    category: "Execute",
    because: "acts on a system",
  },
  {
    verbs: "print",
    objects: "document documents label labels receipt receipts page pages job file files pdf",
    category: "Execute",
    because: "acts on a device",
  },
  {
    verbs: "extract",
    objects: "archive zip tar tarball",
    category: "Write",
    because: "writes files",
  },
];
