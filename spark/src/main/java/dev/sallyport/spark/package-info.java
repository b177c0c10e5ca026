/**
 * Replay on Apache Spark: {@link dev.sallyport.spark.SparkReplay} as a library and as the SQL function {@code conditional_access},
 * {@link dev.sallyport.spark.ReplayJob} for {@code spark-submit}. What it decides is what {@code sallyport replay} decides, because both
 * are {@link dev.sallyport.replay.Replay}.
 */
package dev.sallyport.spark;
