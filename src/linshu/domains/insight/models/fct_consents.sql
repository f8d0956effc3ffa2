-- grain: one row per person and purpose (同意), as it stands: what was said last
-- key: member_id, purpose
-- owner: insight
-- materialized: table
-- check: unique(member_id, purpose)
-- column: member_id: the person; accounts joined by identity are one
-- column: purpose: marketing, profiling or sharing
-- column: given: true for a consent; false for a withdrawal, which also counts where both were said at one moment
-- column: said_at, place: when and through what
-- column: consent_id: the word that counts
-- late: a row that lands late is there after the next build
-- empty: nobody has said anything; what members tell on registration stands in dim_member
WITH said AS (
    SELECT
        member_id,
        purpose,
        max({'at': said_at, 'withdrawn': NOT given, 'consent_id': consent_id, 'place': place}) AS last
    FROM stg_consents
    GROUP BY member_id, purpose
)

SELECT
    member_id,
    purpose,
    NOT said.last.withdrawn AS given,
    said.last.at AS said_at,
    said.last.place AS place,
    said.last.consent_id AS consent_id
FROM said
