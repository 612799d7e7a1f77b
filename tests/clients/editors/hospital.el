;;; hospital.el --- Emacs on the hospital: emacs -Q --batch -l hospital.el FOLDER SERVER…  -*- lexical-binding: t; -*-
;;; Commentary:
;; Sees a verdict in a file of facts of FOLDER, a copy of examples/city-hospital, has it explained, and opens a matrix.
;;; Code:
(defconst here (file-name-directory load-file-name))
(defconst folder (file-name-as-directory (car command-line-args-left)))
(defconst server (cdr command-line-args-left))
(setq command-line-args-left nil)

(add-to-list 'load-path (expand-file-name "../../../editors/emacs" here))
(require 'kijun-mode)
(require 'cl-lib)
(require 'flymake)
(set-language-environment "UTF-8")
(setq vc-handled-backends nil
      kijun-language "ja"
      eglot-sync-connect 20
      eglot-events-buffer-config '(:size 0))
(advice-add 'kijun--server :override
            (lambda (&rest _) (append server '(:initializationOptions (:language "ja")))))

(defun wait (holds what)
  (let ((until (+ (float-time) 60)))
    (while (and (not (funcall holds)) (< (float-time) until)) (accept-process-output nil 0.05))
    (unless (funcall holds) (error "%s" what))))

(find-file (expand-file-name "facts/passwords.toml" folder))
(kijun-facts-mode 1)
(apply #'eglot (eglot--guess-contact))
(flymake-mode 1)
(defun verdicts ()
  (seq-filter (lambda (one) (string-match-p "不適合" (flymake-diagnostic-text one))) (flymake-diagnostics)))
(wait (lambda () (flymake-start) (verdicts)) "No verdict in the facts")

(goto-char (point-min))
(search-forward "min_length = 4")
(backward-char)
(kijun-explain "")
(with-current-buffer "*kijun explain*"
  (dolist (part '("MITSF-03.M2" "不適合" "password_policy.pp-monitor.min_length" "直し方"))
    (unless (string-search part (buffer-string)) (error "The proof lacks %s: %s" part (buffer-string)))))
(kijun-explain "K0203")
(cl-assert (condition-case err (progn (kijun-explain "mhlw:0") nil)
             (user-error (string-match-p "mhlw:0" (error-message-string err)))))

(defvar opened nil)
(let ((browse-url-browser-function (lambda (url &rest _) (setq opened url))))
  (kijun-matrix "mitsf" "mhlw@4.2"))
(with-temp-buffer
  (insert-file-contents (url-unhex-string (url-filename (url-generic-parse-url opened))))
  (cl-assert (string-search "<html lang=\"ja\">" (buffer-string))))
(eglot-shutdown (eglot-current-server))
(message "emacs on the hospital: ok")
;;; hospital.el ends here
