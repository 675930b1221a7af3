import type { ObjectRule } from "./objects.js";

/** Words beside money that take it back: a comment on an invoice moves nothing. */
const ABOUT_MONEY_ONLY = `
  comment note label tag reminder template attachment document pdf report address notification notifications webhook
  email memo metafield tracking shipment shipments shipping fulfillment fulfilment image photo topic event events feed pubsub calendar
  newsletter alert alerts push qr page sort view filter field fields draft mailing
  channel description message messages`;

/** What moves money, creates a payment obligation or changes billing; and what only sounds like it. */
export const MONEY_RULES: readonly ObjectRule[] = [
  {
    verbs: "*Write *Execute void",
    objects: "credit_note credit_notes credit_memo debit_note",
    category: "Financial",
    because: "changes what is owed",
  },
  {
    verbs: "*Write *Execute collect void terminate",
    objects: `
      payment payments refund refunds payout payouts charge charges invoice invoices order orders bill bills billing
      subscription subscriptions withdrawal deposit donation payroll salary loan trade trades purchase bid bids money funds
      cash credits mandate settlement reimbursement expense expenses checkout_session gift_card giftcard bonus swap leverage booking bookings`,
    unless: ABOUT_MONEY_ONLY,
    category: "Financial",
    because: "changes what is owed or paid",
  },
  {
    verbs: "*Write *Execute void",
    objects: "budget budgets bids salary wage compensation credit dispute",
    unless: `${ABOUT_MONEY_ONLY} error evidence`,
    category: "Financial",
    because: "changes what is spent",
  },
  {
    verbs: "send issue mint burn approve broadcast wrap unwrap claim supply execute submit",
    objects: `token tokens crypto coin coins eth btc sol usdc usdt nft nfts bitcoin ether lamports satoshis sats native transaction swap airdrop reward rewards liquidity allowance spender`,
    unless: `access api auth refresh personal bearer session push device invite bot`,
    category: "Financial",
    because: "moves assets of value",
  },
  {
    verbs: "create make submit post record",
    objects: "transaction transactions",
    unless: "sql database db graph trace commit",
    category: "Financial",
    because: "enters a movement of money",
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
    objects: `cart basket domain checkout plan flight flights hotel trip ride taxi ticket tickets car rental cabin fare
      tour seat cruise train`,
    unless: "branch status support issue webhook verification",
    category: "Financial",
    because: "makes something payable",
  },
  {
    verbs: "transfer trade",
    objects: `issue file files repository repo ownership owner call chat ticket project conversation data player object objects style`,
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
    verbs: "renew exchange redeem fund",
    objects: "certificate certificates cert lease lock session token tokens code auth key ssl tls",
    category: "Execute",
    because: "is not about money here",
  },
];
