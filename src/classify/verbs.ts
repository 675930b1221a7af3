import type { ToolCategory } from "./category.js";

/**
 * What verbs do, after the rubric in `docs/classify.md`. Two words joined by `_` are one verb (`turn_on`).
 * These are general English and the common speech of interfaces; nothing here names a product or one tool.
 */
export const VERBS: Readonly<Record<ToolCategory, string>> = {
  Read: `
    get list read fetch retrieve find lookup look_up view show describe inspect explain analyze analyse check validate
    verify compare count calculate compute estimate detect identify discover explore browse query search peek tail head
    cat ls stat grep glob introspect examine diagnose observe poll wait wait_for ping traceroute decode encode parse lint
    hash convert translate extract scrape crawl geocode reverse_geocode measure rank filter match recommend suggest
    advise learn understand think reason preview simulate screenshot capture_screenshot take_screenshot take_snapshot
    display visualize visualise plot locate recall aggregate enumerate collect assess solve echo interpret access
    see tell whois whoami download export summarize summarise resolve render load check_out_status consult cite quote
    investigate forecast score classify dry_run infer_schema survey sample scan look watch dump obtain gather
    mget hget hgetall hmget lrange llen smembers zrange xrange ttl dbsize keys deduce discuss compile_list determine
    tokenize debug_info count_tokens pull_request_read decrypt highlight normalize wayback skim select_from`,
  Write: `
    create add update edit modify change set put insert upsert append prepend write save store upload copy duplicate
    clone rename move relocate reorder assign unassign attach detach link unlink mark unmark star unstar like unlike
    follow unfollow subscribe unsubscribe opt_in opt_out join leave invite share unshare publish unpublish send reply
    respond comment notify tweet retweet react vote upvote downvote submit approve reject accept decline dismiss
    acknowledge ack reopen pin unpin mute unmute block unblock archive unarchive restore undelete enable disable activate
    deactivate toggle register enroll enrol onboard provision configure define declare untag relabel annotate categorize
    categorise split merge combine commit push pull checkout check_out check_in stage unstage stash rebase cherry_pick
    init initialize initialise setup set_up remember memorize memorise bookmark favorite favourite unfavorite schedule
    reschedule reserve snooze defer postpone finish transition advance promote demote escalate allocate grant draft
    compose sign seed populate ingest fix autofix auto_fix refactor replace extend expand increase decrease increment
    decrement adjust customize customise draw paint compress encrypt sync broadcast produce enqueue consume dequeue
    nack requeue manage maintain organize organise handle make put_in patch import confirm complete prepare request
    authorize authorise hide unhide suspend unsuspend freeze unfreeze ban unban report_abuse flag unflag unarchive
    favorite note tag label group record log track rate award grade void_draft align resize crop rotate trash revert
    undo redo format reformat fill_template touch mkdir chmod chown incr decr incrby hset sadd zadd xadd lpush rpush lpop
    rpop mset setex expire persist work_with interact_with administer customise remind nudge ship fulfill fulfil stock
    claim unclaim log_call mark_as snapshot back_up backup contribute donate_time pledge mention quote_post whitelist
    blacklist allowlist denylist bind unbind mount unmount map_to index tune correct enrich reconcile adopt author mutate
    override overwrite inject transform_in_place convert_in_place fork post email message dm introduce keep file dispute`,
  Execute: `
    run execute exec eval evaluate invoke trigger start stop restart resume unpause pause launch boot reboot shutdown
    shut_down power_on power_off power_cycle halt kill abort cancel interrupt deploy redeploy undeploy build rebuild
    recreate compile install reinstall upgrade downgrade rollback roll_back scale autoscale migrate benchmark train
    finetune fine_tune retrain infer predict generate regenerate synthesize synthesise imagine transcribe chat prompt ask
    click double_click tap press hover drag swipe scroll navigate go_to goto go_back go_forward visit fill fill_form
    select focus play skip seek rewind speak say dial hang_up turn_on turn_off switch_on switch_off switch control open
    close lock unlock arm disarm calibrate spin spin_up eject print drain cordon uncordon evict failover fail_over rerun
    re_run retry replay redrive refresh reload reindex re_index vacuum optimize optimise connect disconnect reconnect
    login log_in sign_in logout log_out sign_out authenticate dispatch orchestrate automate delegate spawn impersonate
    emulate act interact do perform process operate apply mine crack exploit attack fuzz
    steer drive fly land take_off dim brighten warm cook brew flash debug step step_over step_into continue test design
    isolate outpaint inpaint upscale animate style_transfer morph remix dub perform_action use type press_key send_keys
    send_command send_input send_gcode upload_firmware curl http_request call page dial_out escalate_privileges fire
    accelerate query_sql execute_sql run_sql bypass tunnel proxy forward port_forward schedule_run autofill mock_server
    text_to_speech text_to_image text_to_video text_to_audio speech_to_text speech_to_speech image_to_image
    image_to_video text_to_sound text_to_music remove_background remove_bg make_call place_call wake sleep
    synchronize synchronise trade_simulation stream halt_all emergency_stop`,
  Destructive: `
    delete remove destroy drop purge wipe erase truncate flush flushall flushdb clear empty reset hard_reset
    factory_reset force_push revoke terminate uninstall unregister deregister prune expunge forget obliterate nuke shred
    discard decommission deprovision tear_down teardown rm del rmdir hdel srem zrem xdel clean clean_up cleanup offboard
    scrub dispose dissolve retire kick expel fire_employee unpublish_forever cancel_account close_account
    delete_all wipe_out burn_data invalidate sunset evict_tenant void unlink_account garbage_collect vaporize kill_all`,
  Financial: `
    pay buy purchase charge refund transfer withdraw deposit donate trade swap stake unstake bridge mint bid invest lend
    borrow repay liquidate payout pay_out cash_out reimburse disburse remit settle top_up renew rent bill
    invoice order sell hedge redeem place_order place_bid buy_now preorder pre_order chargeback finance airdrop`,
};

/**
 * Verbs that are nouns as often. In the first place of a name they are the verb (`comment_on_issue`), unless a noun of
 * answers ends it (`order_status`) or a plainer verb follows (`order_create`).
 */
export const NOUNS_AS_WELL = `
  comment message email post note tag label group record log track rate grade file snapshot backup report request order
  invoice bill charge trade bid transfer deposit refund purchase payout stake bridge swap mint pull push commit merge
  fork star branch stash checkout archive schedule draft share link copy clone vote like follow mention index map
  format print play stream type call page process control test build run debug step start stop launch search query scan
  filter match rank score sample quote forecast preview display plot watch look head tail stat cat dump head export import
  download upload load check hash access lock switch use act fire land drive fly spin drag click press design
  compile ship stock flag pin block state dispute handle patch import claim ask prompt chat trigger do review
  screenshot release sync position mail text set fix change update visit access upgrade install deploy delegate proxy
  forward sleep wake step continue empty drop clean kick burn order finance rent view list show
  audit plan monitor form name buffer cache mock survey measure estimate`;

/** Of those, the ones that at the end of a name are a thing and not what is done (`create_order`, `slack_message`). */
export const THINGS_AT_THE_END = `
  comment message email post note tag label group record file order invoice bill charge bid branch draft
  link page process score type stock flag pin block state position mail text change form name buffer view set survey
  schedule rate claim report request release call plan monitor mock cache vote`;
