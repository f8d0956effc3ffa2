-- grain: one row per spell of a member in a segment that was not deleted in its source
-- key: member_id, segment_id, valid_from
-- owner: insight
-- materialized: view
SELECT member_id, segment_id, valid_from, valid_to
FROM std.member_segment
WHERE NOT deleted
