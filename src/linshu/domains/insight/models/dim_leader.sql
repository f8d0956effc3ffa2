-- grain: one row per leader (团长)
-- key: leader_id
-- owner: insight
-- materialized: table
-- check: unique(leader_id)
-- column: leader_id, name: the leader; the id where no name is kept
-- column: phone_mask: the phone number with its middle hidden
-- column: tier: the contractual tier now; dim_leader_version has it at any time
-- column: communities: how many communities the leader owns now
-- column: community_id: the one owned longest of these; of leaders who own none any more the one they gave up last
-- column: province_id, province, city_id, city, district_id, district, street_id, street: the leader's own region, else
--   that of community_id
-- column: joined_on, left_on, status, tax_mode, recruiter_leader_id, recruiter_staff_id: as kept
-- column: is_registered: false when other rows name the leader but the company keeps no row
-- column: member_id: the leader's own member account, where known
-- late: a row that lands late is there after the next build
-- empty: nothing names a leader
WITH leads AS (
    SELECT
        leader_id,
        count(*) FILTER (valid_to IS NULL) AS communities,
        coalesce(
            arg_min(community_id, (valid_from, community_id)) FILTER (valid_to IS NULL),
            arg_max(community_id, (valid_to, community_id))
        ) AS community_id
    FROM dim_community_leader
    GROUP BY leader_id
)

SELECT
    s.leader_id,
    coalesce(l.name, s.leader_id) AS name,
    l.phone_mask,
    v.tier,
    coalesce(o.communities, 0) AS communities,
    o.community_id,
    coalesce(r.province_id, c.province_id) AS province_id,
    coalesce(r.province, c.province) AS province,
    coalesce(r.city_id, c.city_id) AS city_id,
    coalesce(r.city, c.city) AS city,
    coalesce(r.district_id, c.district_id) AS district_id,
    coalesce(r.district, c.district) AS district,
    coalesce(r.street_id, c.street_id) AS street_id,
    coalesce(r.street, c.street) AS street,
    l.joined_on, l.left_on, l.status, l.tax_mode, l.recruiter_leader_id, l.recruiter_staff_id, l.member_id,
    s.is_registered
FROM dim_leader_seen AS s
LEFT JOIN stg_leaders AS l ON l.leader_id = s.leader_id
LEFT JOIN dim_leader_version AS v ON v.leader_id = s.leader_id AND v.valid_to IS NULL
LEFT JOIN leads AS o ON o.leader_id = s.leader_id
LEFT JOIN dim_region AS r ON r.region_id = l.region_id
LEFT JOIN dim_community AS c ON c.community_id = o.community_id
