-- grain: one row per spell of a tag on a member that was not deleted in its source
-- key: member_id, tag, valid_from
-- owner: insight
-- materialized: view
SELECT member_id, tag, valid_from, valid_to
FROM std.member_tag
WHERE NOT deleted
