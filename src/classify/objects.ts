import type { ToolCategory } from "./category.js";

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

const ABOUT_MONEY_ONLY = `
  comment note label tag reminder template attachment document pdf report address notification notifications webhook
  email memo metafield tracking shipment shipments shipping fulfillment fulfilment image photo topic event events feed
  newsletter alert alerts push qr page link_preview sort view filter field fields item_note status_page draft mailing
  channel description message messages`;

/** The first rule that fits counts. */
export const OBJECT_RULES: readonly ObjectRule[] = [
  {
    verbs: "*Write *Execute *Destructive",
    objects: "credit_note credit_notes credit_memo debit_note",
    category: "Financial",
    because: "changes what is owed",
  },
  {
    verbs: "make send perform",
    objects: "api_request http_request api_call rpc request raw",
    unless: "friend connection signature review access payment contact meeting time feature",
    category: "Execute",
    because: "sends any request",
  },
  {
    verbs: "*Write *Execute *Destructive",
    objects: `
      payment payments refund refunds payout payouts charge charges invoice invoices order orders bill bills billing
      subscription subscriptions withdrawal deposit donation payroll salary loan trade trades purchase bid bids money funds
      cash credits mandate settlement reimbursement expense expenses checkout_session paymentintent
      payment_intent gift_card giftcard wire bonus tip swap margin leverage booking bookings`,
    unless: ABOUT_MONEY_ONLY,
    category: "Financial",
    because: "changes what is owed or paid",
  },
  {
    verbs: "*Write *Execute *Destructive",
    objects: "budget budgets bids salary wage compensation credit dispute",
    unless: `${ABOUT_MONEY_ONLY} error evidence`,
    category: "Financial",
    because: "changes what is spent",
  },
  {
    verbs: "send issue mint burn approve broadcast wrap unwrap claim supply execute submit",
    objects: `token tokens crypto coin coins eth btc sol usdc usdt nft nfts bitcoin ether lamports satoshis sats native
      asset assets transaction swap airdrop reward rewards liquidity allowance spender`,
    unless: `access api auth refresh personal bearer session push device invite bot`,
    category: "Financial",
    because: "moves assets of value",
  },
  {
    verbs: "open close modify adjust",
    objects: "position positions",
    unless: "job hiring cursor",
    category: "Financial",
    because: "opens or closes a position on a market",
  },
  {
    verbs: "register transfer_in extend checkout check_out complete upgrade downgrade book",
    objects: `domain cart basket checkout plan flight flights hotel trip ride taxi ticket tickets car rental cabin fare
      tour seat cruise train`,
    unless: "git branch status support issue webhook verification",
    category: "Financial",
    because: "makes something payable",
  },
  {
    verbs: "transfer trade",
    objects: `issue file files repository repo ownership owner call chat ticket project conversation data player
      object objects learning style`,
    category: "Write",
    because: "hands over something that is not money",
  },
  {
    verbs: "transfer bridge swap",
    objects: "network interface face faces texture model text color columns rows",
    category: "Write",
    because: "is not about money here",
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
    verbs: "suspend release close remove cancel delete terminate deactivate",
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
    objects: "event events meeting meetings appointment appointments reservation invitation invite request reminder",
    category: "Write",
    because: "changes an entry that can be made again",
  },
  {
    verbs: "query select run execute write perform",
    objects: `sql cypher statement statements sparql gremlin graphql_mutation script scripts command commands code shell
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
    objects: `deployment deployments build builds run runs execution job jobs completion completions chat_completion
      embedding embeddings image_generation speech transcription generation inference sandbox_run prediction
      predictions pipeline_run render invocation dispatch instance_refresh scan crawl training finetune session_command
      query_execution backup`,
    unless: "template definition alert posting description comment note schedule",
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
      subscription_reminder sequence goal habit file_lock topic position_req job_posting`,
    category: "Write",
    because: "changes the state of an entry",
  },
  {
    verbs: "open select focus",
    objects: `node nodes document documents rows row records columns record entries dataset notebook_view`,
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
    objects: "voice image_variation avatar song music video_from speech",
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
    objects: `temperature volume brightness speed thermostat power hvac fan fan_speed color_temperature velocity
      altitude heading throttle breakpoint playback gpio pin_state`,
    unless: "default preference setting settings model llm sampling",
    category: "Execute",
    because: "acts on a device",
  },
  {
    verbs: "move",
    objects:
      "arm robot axis axes mouse cursor motor joint servo camera forward backward drone player gripper head to_position",
    category: "Execute",
    because: "acts on a device",
  },
  {
    verbs: "evaluate use optimize optimise debug design generate refresh test play process handle complete switch",
    objects: `flag flags policy model_quality risk route routes prompt_text quality metrics expression_type uuid guid qr
      qrcode barcode password slug hash checksum link_preview hint color palette fake lorem random otp totp documentation
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
    unless: "git message list",
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
  {
    verbs: "scan list view audit check review record watch",
    objects: "screenshot",
    category: "Read",
    because: "only looks",
  },
];
