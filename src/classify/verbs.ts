import type { ToolCategory } from "./category.js";

/**
 * What verbs do, after the rubric in `docs/classify.md`. Words joined by `_` are one verb (`turn_on`). These are
 * general English and the common speech of interfaces; nothing here names a product or one tool.
 */
export const VERBS: Readonly<Record<ToolCategory, string>> = {
  Read: `
    get list read fetch retrieve obtain find lookup look look_up view show describe inspect explain analyze analyse
    check validate verify compare count calculate compute estimate detect determine identify discover explore browse
    query search peek tail head cat ls stat grep glob introspect examine diagnose investigate observe watch poll wait
    wait_for ping traceroute decode decrypt encode parse lint hash tokenize highlight convert translate interpret
    extract scrape crawl geocode reverse_geocode measure rank score filter match classify recommend suggest advise
    learn understand think reason plan deduce discuss preview simulate dry_run forecast screenshot take_screenshot
    capture_screenshot take_snapshot display visualize visualise plot locate recall recollect aggregate enumerate
    collect gather sample scan survey assess solve echo print access see tell whois whoami download export dump load
    summarize summarise resolve render cite quote consult total sum average trace audit monitor skim select_rows
    select_from mget exists hget hgetall hmget lrange llen smembers zrange xrange ttl dbsize diff research study
    rerank re_rank ocr spellcheck spell_check proofread critique tally prefetch unshorten roll_dice review`,
  Write: `
    create add update edit modify alter change set put insert upsert append prepend write save store persist upload
    copy duplicate clone rename move relocate reorder assign unassign reassign attach detach link unlink relate mark
    unmark star unstar like unlike favorite favourite unfavorite unfavourite bookmark follow unfollow subscribe
    unsubscribe opt_in opt_out join leave invite share unshare publish unpublish post send reply respond answer
    comment message email mail dm notify remind nudge tweet retweet react vote upvote downvote submit approve reject
    accept decline dismiss acknowledge ack reopen pin unpin mute unmute block unblock ban unban allowlist denylist
    whitelist blacklist archive unarchive restore undelete trash untrash enable disable activate deactivate suspend
    unsuspend freeze unfreeze hide unhide toggle register enroll enrol onboard provision configure define declare tag
    untag label relabel annotate flag unflag note categorize categorise group split merge combine commit push pull
    checkout check_out check_in fork stage unstage stash rebase cherry_pick init initialize initialise setup set_up
    remember memorize memorise schedule reschedule reserve book snooze defer postpone finish complete prepare
    transition advance promote demote escalate allocate grant authorize authorise draft compose author sign seed
    populate ingest import fix autofix correct refactor replace extend expand increase decrease increment decrement
    adjust align resize crop rotate customize customise personalize draw paint compress zip unzip unpack
    unarchive_file encrypt sync broadcast produce enqueue queue consume dequeue requeue nack manage maintain
    administer organize organise handle make confirm request report record log track rate grade award revert undo redo
    format reformat touch mkdir chmod chown bind unbind mount unmount map index snapshot back_up ship fulfill fulfil
    stock claim unclaim enrich reconcile mutate override overwrite inject keep file dispute issue pledge mention
    introduce release normalize dedupe deduplicate translate_in_place work_with interact_with incr decr incrby hset
    sadd zadd xadd lpush rpush lpop rpop mset setex expire patch place finalize finalise capture rsvp clock_in
    clock_out raise rewrite rephrase paste cut trim sort shift transpose arrange position protect unprotect wrap
    unwrap nest indent merge_cells blend mask extrude bevel subdivide shorten triage nominate endorse hire associate
    disassociate unenroll unenrol unfriend delist scaffold bump emit acquire reissue sign_up signup rsync waive
    qualify`,
  Execute: `
    run execute exec eval evaluate invoke trigger start begin launch stop restart resume pause unpause boot reboot
    shutdown shut_down power_on power_off power_cycle halt kill abort cancel interrupt deploy redeploy undeploy build
    rebuild recreate compile install reinstall upgrade downgrade rollback roll_back scale autoscale migrate test
    benchmark train finetune fine_tune retrain tune infer predict generate regenerate synthesize synthesise imagine
    design transcribe chat prompt ask click double_click tap press hover drag swipe scroll navigate go_to goto go_back
    go_forward visit fill select focus type press_key send_keys play skip seek rewind stream speak say dial hang_up
    place_call make_call turn_on turn_off switch switch_on switch_off switch_to control open close lock unlock arm
    disarm calibrate spin spin_up eject drain cordon uncordon evict failover fail_over rerun re_run retry replay
    redrive refresh reload reindex re_index vacuum optimize optimise connect disconnect reconnect login log_in sign_in
    logout log_out sign_out authenticate dispatch orchestrate automate delegate spawn impersonate emulate act interact
    do perform process operate apply attack exploit crack fuzz steer drive fly land take_off dim brighten wake sleep
    debug step step_over step_into step_out continue use call curl tunnel proxy forward backup isolate outpaint
    inpaint upscale animate dub synchronize synchronise emergency_stop text_to_speech text_to_image text_to_video
    text_to_audio text_to_music text_to_sound speech_to_text speech_to_speech image_to_image image_to_video
    send_command send_input rollout roll_out kick_off kickoff fire_event bootstrap transpile bundle flash ssh scp cast
    ring blink beep vibrate heat cool preheat water irrigate mow launch_app sideload stress_test load_test smoke_test
    elevate assume_role paraphrase route playback voice_clone clone_voice`,
  Destructive: `
    delete remove destroy drop purge wipe erase truncate flush flushall flushdb clear empty reset hard_reset
    factory_reset force_push revoke terminate uninstall unregister deregister prune expunge forget obliterate nuke
    shred discard decommission deprovision tear_down teardown rm del rmdir hdel srem zrem xdel clean clean_up cleanup
    offboard scrub dispose dissolve retire kick expel invalidate sunset void garbage_collect unsend disband eradicate
    demolish abandon recall_message unpair`,
  Financial: `
    pay buy purchase charge refund transfer withdraw deposit donate trade swap stake unstake bridge mint bid invest
    lend borrow repay liquidate payout pay_out cash_out reimburse disburse remit settle top_up renew rent bill invoice
    order sell hedge redeem preorder pre_order airdrop tip topup fund cashout escrow wager gamble rebalance exchange
    wire`,
};

/**
 * Verbs that are nouns as often, in every place. In the first place of a name they are the verb (`comment_on_issue`),
 * unless a word of answers ends it (`order_status`) or a plainer verb follows (`order_create`).
 */
export const NOUNS_AS_WELL = `
  comment message email mail post note tag label group report request order invoice bill charge trade bid transfer
  deposit refund purchase payout stake bridge swap commit merge draft schedule link index map test build search query
  scan score sample quote forecast preview view export import download snapshot screenshot backup release review pull
  chat prompt call process monitor audit trace plan survey file dispute record stream archive track star fork flag
  issue place exchange wire fund route position diff research rollout capture patch`;

/** Verbs that are nouns in every place but the first: `update_status` updates, `get_last_update` does not. */
export const NOUNS_INSIDE = `
  log rate grade push vote like follow mention share copy clone format print play type control run debug step start
  stop launch filter match rank display plot watch look head tail stat cat dump upload load check hash access lock
  switch use act land drive fly spin drag click press design ship stock pin block handle claim ask trigger do sync fix
  change update visit upgrade install deploy delegate proxy forward sleep wake continue empty drop clean kick set sign
  tip rent average total sum answer queue measure estimate make mint stash move select close open book reset increase
  decrease repay fill show tap award restore bookmark favorite favourite cast ring water cut trim shift sort wrap mask
  bump bundle flash raise study tally playback`;

/** Of both, what at the end of a name is a thing, and not what is done to what stands before it (`create_order`). */
export const THINGS_AT_THE_END = `
  comment message email mail post note tag label group report request order invoice bill charge bid draft link process
  score stock flag pin block change format view set survey schedule rate claim release call plan issue monitor log
  grade vote record track file stream queue book answer total sum average audit trace snapshot sample screenshot quote
  forecast preview map index place position route exchange fund patch capture`;
