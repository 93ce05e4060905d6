;; Reads a feed from stdin into a diary as `icalendar-import-buffer' does, and prints what the diary shows on each day as JSON.
;; Debian: emacs-nox.  Arguments: the first and the last day.  A diary has days and hours of the process's clock and no
;; spans: what lasts for days is printed once for each, and an end before its start is on the next day.
(require 'icalendar)
(require 'diary-lib)
(require 'json)
(calendar-set-date-style 'iso)
(setq icalendar-import-format "%U\t%s"
      icalendar-import-format-uid "%s"
      diary-display-function #'ignore
      diary-file (make-temp-file "diary")
      inhibit-message t)

(defun reader-date (text)
  "Return the month, day and year of TEXT."
  (pcase-let ((`(,year ,month ,day) (mapcar #'string-to-number (split-string text "-"))))
    (list month day year)))

(defun reader-time (date hour)
  "Return HOUR on DATE as an instant."
  (pcase-let ((`(,month ,day ,year) date)
              (`(,hours ,minutes) (mapcar #'string-to-number (split-string hour ":"))))
    (format-time-string "%FT%TZ" (encode-time (list 0 minutes hours day month year nil -1 nil)) t)))

(defun reader-end (date from to)
  "Return TO on DATE, or on the next day where FROM is not before it, as an instant."
  (reader-time (if (string< from to) date
                 (calendar-gregorian-from-absolute (1+ (calendar-absolute-from-gregorian date))))
               to))

(defun reader-occurrence (entry)
  "Return uid, start, end and summary of a diary ENTRY."
  (let ((date (nth 0 entry)) (text (nth 1 entry)))
    (string-match "\\` *\\(?:\\([0-9:]+\\)\\(?:-\\([0-9:]+\\)\\)? \\)? *\\([^\t]*\\)\t\\(.*\\)" text)
    (let ((from (match-string 1 text)) (to (match-string 2 text))
          (uid (match-string 3 text)) (summary (match-string 4 text)))
      (vector uid
              (if from (reader-time date from) (format "%04d-%02d-%02d" (nth 2 date) (nth 0 date) (nth 1 date)))
              (and to (reader-end date from to))
              summary))))

(let* ((first (reader-date (nth 0 command-line-args-left)))
       (last (reader-date (nth 1 command-line-args-left)))
       (count (1+ (- (calendar-absolute-from-gregorian last) (calendar-absolute-from-gregorian first))))
       (coding-system-for-read 'utf-8) (coding-system-for-write 'utf-8))
  (with-temp-buffer
    (insert-file-contents "/dev/stdin")
    (icalendar-import-buffer diary-file t))
  (princ (json-encode (mapcar #'reader-occurrence (diary-list-entries first count t))))
  (delete-file diary-file))
